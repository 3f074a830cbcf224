"""Fixtures of the tiers above `contract`: they need the stack, and fail without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from stack.client import Stack

# No test asserts a time: on a busy machine an example may take as long as it likes.
settings.register_profile("gatehouse", deadline=None)
settings.load_profile("gatehouse")


@pytest.fixture(scope="session")
def stack() -> Stack:
    """The running stack; a missing one is an error, never a skip."""
    return Stack.load()


@pytest.fixture
def partners(stack: Stack) -> Iterator[Stack]:
    """The stack, with every partner back to `ok` afterwards."""
    yield stack
    for name in ("finance", "carrier", "account", "supplier", "booking", "mail"):
        stack.partner_mode(name, "ok")
