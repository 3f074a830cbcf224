"""API keys as they are kept: by their hash, with a scope, an end and a rate; never the key itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SCOPES = frozenset({"score", "classify", "documents", "train", "admin"})
_FORM = "a JSON list of {name, sha256, scopes, expires?, per_minute?}"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A caller: its name, the SHA-256 of its key in hex, what it may do, when it ends, requests a minute (None: as all)."""

    name: str
    sha256: str
    scopes: frozenset[str]
    expires: datetime | None = None
    per_minute: int | None = None

    def expired(self, now: datetime) -> bool:
        """Whether the key has ended at `now`."""
        return self.expires is not None and now >= self.expires


def parse_keys(text: str, source: str) -> tuple[ApiKey, ...]:
    """The keys of a list in JSON. Raises ValueError that names `source` and the key that is wrong."""
    try:
        entries = json.loads(text or "[]")
        keys = tuple(_key(entry) for entry in entries)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{source} must be {_FORM}: {error}") from error
    for key in keys:
        if len(key.sha256) != 64 or key.scopes - SCOPES:
            raise ValueError(f"{source}: key {key.name} has a wrong sha256 or an unknown scope")
    return keys


def _key(entry: dict[str, Any]) -> ApiKey:
    expires = datetime.fromisoformat(entry["expires"]) if entry.get("expires") else None
    if expires is not None and expires.tzinfo is None:
        expires = expires.replace(tzinfo=UTC)
    rate = entry.get("per_minute")
    if rate is not None and (not isinstance(rate, int) or rate < 1):
        raise ValueError(f"per_minute of {entry['name']} must be a whole number above 0")
    return ApiKey(str(entry["name"]), str(entry["sha256"]).lower(), frozenset(entry["scopes"]), expires, rate)


def as_entry(key: ApiKey) -> dict[str, Any]:
    """What `parse_keys` reads as this key."""
    entry: dict[str, Any] = {"name": key.name, "sha256": key.sha256, "scopes": sorted(key.scopes)}
    if key.expires:
        entry["expires"] = key.expires.astimezone(UTC).isoformat(timespec="seconds")
    if key.per_minute:
        entry["per_minute"] = key.per_minute
    return entry
