"""Database, model store, limits and metrics."""
