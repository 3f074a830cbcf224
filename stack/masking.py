"""No password or key of a stack in what is printed, kept or uploaded of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .store import read_json

MASK = "***"
#: Files of a stack's folder that hold secrets, and what in them is none.
FILES = ("secrets.json", "provisioned.json", "n8n.json", "owner.json")
PUBLIC = {"n8n_owner_email", "admin_login", "missing_groups", "package", "workflows"}
#: A shorter value could be a word of the text.
SHORTEST = 8
#: What was made during a run and stands in no file: by its form.
BY_FORM = re.compile(
    r"whsec_[A-Za-z0-9+/]{16,}={0,2}"
    r"|\bgh[adsmp]_[A-Za-z0-9_-]{16,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"
    r"|(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"
    r"|(?<=Bearer )[A-Za-z0-9._~+/=-]{16,}"
)


def secrets_of(folders: Iterable[Path]) -> set[str]:
    """The secrets of the stacks of these folders, and those that the caller's environment names as such."""
    found = {
        value for name, value in os.environ.items()
        if re.search(r"(KEY|SECRET|TOKEN|PASSWORD)S?$", name) and len(value) >= SHORTEST
    }  # fmt: skip
    for folder in folders:
        for name in FILES:
            found.update(_texts(read_json(folder / name, {})))
    return found


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text with a mask in the place of each secret, the longest first: one may begin another."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return BY_FORM.sub(MASK, text)


def _texts(content: Any) -> Iterator[str]:
    """Every text in a JSON value that may be a secret."""
    if isinstance(content, dict):
        for name, value in content.items():
            if name not in PUBLIC:
                yield from _texts(value)
    elif isinstance(content, str) and len(content) >= SHORTEST:
        yield content
