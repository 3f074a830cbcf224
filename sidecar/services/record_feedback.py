"""Stores what people made of a measure."""

import hashlib
from collections.abc import Mapping
from typing import Protocol


class Store(Protocol):
    """Where feedback is kept."""

    def add_feedback(
        self, caller: str, key: str, sha256: str, values: Mapping[str, str | bool]
    ) -> tuple[int, bool]:
        """(id, created)."""


def record_feedback(
    store: Store, caller: str, key: str, values: Mapping[str, str | bool]
) -> tuple[int, bool]:
    """(id, created); the same key with the same content gives the first id again."""
    content = "\x1f".join(f"{name}={values[name]}" for name in sorted(values))
    return store.add_feedback(caller, key, hashlib.sha256(content.encode()).hexdigest(), values)
