"""The tables' history, run by alembic: `gatehouse database upgrade`, and a first start."""
