"""A service's path to PostgreSQL breaks alone: the others keep theirs, and nothing of the fault is left."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest

from stack.client import Stack
from stack.faults.database import DatabasePath


@pytest.fixture
def path(stack: Stack) -> DatabasePath:
    return DatabasePath(stack.data["postgres"]["socket"], "sidecar")


def connected(stack: Stack, database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(stack.data["database_urls"][database], autocommit=True)


def test_a_cut_path_ends_its_connections_and_those_of_nobody_else(stack: Stack, path: DatabasePath) -> None:
    with connected(stack, "odoo") as other:
        mine = connected(stack, "sidecar")
        thread = path.strike("cut", 1.0)
        time.sleep(0.5)
        with pytest.raises(psycopg.OperationalError):
            mine.execute("SELECT 1")
        assert other.execute("SELECT 1").fetchone() == (1,)
        thread.join(30)
    with connected(stack, "sidecar") as anew:
        assert anew.execute("SELECT 1").fetchone() == (1,)


def test_a_slowed_path_stands_still_and_loses_nothing(stack: Stack, path: DatabasePath) -> None:
    with connected(stack, "sidecar") as mine, connected(stack, "odoo") as other:
        thread, answers = path.strike("slow", 1.0), 0
        while thread.is_alive():
            assert mine.execute("SELECT 1").fetchone() == (1,)
            answers += 1
            assert other.execute("SELECT 1").fetchone() == (1,)
            time.sleep(0.02)
        assert answers
        assert mine.execute("SELECT 1").fetchone() == (1,)
