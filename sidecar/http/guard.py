"""Keys, scopes and rates."""

import hashlib
import hmac
import math

from flask import g, request

from sidecar.adapters.limits import RateLimit
from sidecar.config import ApiKey
from sidecar.errors import Problem


class Guard:
    """Lets a request pass with a known bearer key of the right scope, at its rate."""

    def __init__(self, keys: tuple[ApiKey, ...], limit: RateLimit):
        self._keys, self._limit = keys, limit

    def _caller(self) -> ApiKey:
        kind, _, key = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and key:
            digest = hashlib.sha256(key.strip().encode()).hexdigest()
            for known in self._keys:
                if hmac.compare_digest(known.sha256, digest):
                    return known
        why = "the bearer key is missing" if not key else "the bearer key is not known"
        if not self._keys:
            why = "no API key is configured: set GATEHOUSE_API_KEYS"
        raise Problem(
            401, "unauthorized", why, [("Authorization", why)], headers={"WWW-Authenticate": "Bearer"}
        )

    def require(self, *scopes: str) -> str:
        """The caller's name. Raises Problem 401, 403 or 429."""
        caller = self._caller()
        if not caller.scopes & {*scopes, "admin"}:
            why = f"the key {caller.name} lacks the scope {' or '.join(scopes)}"
            raise Problem(403, "forbidden", why, [("Authorization", why)])
        wait = self._limit.wait(caller.name)
        if wait:
            headers = {"Retry-After": str(math.ceil(wait))}
            raise Problem(
                429, "rate_limited", "too many requests with this key", retryable=True, headers=headers
            )
        g.caller = caller.name
        return caller.name
