"""Keys, scopes and rates."""

import hashlib
import math
from datetime import UTC, datetime

from flask import g, request

from sidecar.adapters.key_ring import KeyRing
from sidecar.adapters.limits import RateLimit
from sidecar.domain.keys import ApiKey
from sidecar.errors import Problem


class Guard:
    """Lets a request pass with a known bearer key of the right scope, at its rate."""

    def __init__(self, keys: KeyRing, limit: RateLimit):
        self._keys, self._limit = keys, limit

    def _caller(self, authorization: str) -> ApiKey:
        kind, _, key = authorization.partition(" ")
        if kind.lower() == "bearer" and key:
            known = self._keys.find(hashlib.sha256(key.strip().encode()).hexdigest())
            if known and not known.expired(datetime.now(UTC)):
                return known
            why = (
                f"the key {known.name} ended at {known.expires}; ask for a new one"
                if known
                else "the bearer key is not known"
            )
        else:
            why = "the bearer key is missing"
        if not self._keys:
            why = "no API key is configured: set GATEHOUSE_API_KEYS or GATEHOUSE_API_KEYS_FILE"
        raise Problem(
            401, "unauthorized", why, [("Authorization", why)], headers={"WWW-Authenticate": "Bearer"}
        )

    def require(self, *scopes: str) -> str:
        """The name of the caller of Flask's request. Raises Problem 401, 403 or 429."""
        g.caller = self.admit(request.headers.get("Authorization", ""), *scopes)
        return str(g.caller)

    def admit(self, authorization: str, *scopes: str) -> str:
        """The name of whoever sent the header `authorization`. Raises Problem 401, 403 or 429."""
        caller = self._caller(authorization)
        if not caller.scopes & {*scopes, "admin"}:
            why = f"the key {caller.name} lacks the scope {' or '.join(scopes)}"
            raise Problem(403, "forbidden", why, [("Authorization", why)])
        wait = self._limit.wait(caller.name, caller.per_minute)
        if wait:
            headers = {"Retry-After": str(math.ceil(wait))}
            raise Problem(
                429, "rate_limited", "too many requests with this key", retryable=True, headers=headers
            )
        return caller.name
