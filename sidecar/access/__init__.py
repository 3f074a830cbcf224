"""Keys of callers, made, listed and taken away by the command line."""
