"""Brings the tables to this version.

An empty database gets them as they are now; older tables go through alembic, which is loaded only then, because it costs a
worker 24 MiB. A test holds both ways to the same tables.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

#: The newest revision under migrations/versions; a test holds it to the files.
HEAD = "0006"


def revision(connection: sa.Connection) -> str | None:
    """The revision that the tables have; None before the first migration."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def upgrade(connection: sa.Connection, tables: sa.MetaData) -> str | None:
    """Run what is missing on an open transaction; returns the revision before, None for an empty database.

    tables: what an empty database gets.

    Raises RuntimeError when the tables are newer than this program: an older one must not write to them.
    """
    before = revision(connection)
    if before == HEAD:
        return before
    if before is not None and before > HEAD:
        raise RuntimeError(
            f"the tables are at revision {before}, this program knows {HEAD}: use the newer program"
        )
    if before is None and not sa.inspect(connection).get_table_names():
        tables.create_all(connection)
        connection.execute(
            sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        )
        connection.execute(sa.text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
        return None
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return before
