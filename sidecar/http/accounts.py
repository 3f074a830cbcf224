"""The figures and the line in the log of each request, whichever way it was answered."""

import re
import secrets

import structlog
from prometheus_client import Counter, Histogram

from sidecar.adapters.metrics import Metrics

_ID = re.compile(r"^[A-Za-z0-9._-]{1,100}$")
_TRACES = re.compile(r"^[0-9a-f]{32}(,[0-9a-f]{32}){0,98}$")


def request_id(given: str) -> str:
    """The caller's own id where it is one, else a new one."""
    return given if _ID.match(given) else secrets.token_hex(16)


class Accounts:
    """Counts requests by route and status; labels hold no identifiers."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics, self._log = metrics, structlog.get_logger().bind()
        #: The two figures of a route and status; looking them up by labels takes longer than counting.
        self._figures: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def settle(
        self,
        name: str,
        method: str,
        route: str,
        status: int,
        seconds: float,
        caller: str | None,
        traceparent: str | None,
        linked_traces: str | None,
    ) -> None:
        """One request is answered: `name` is its id, `route` its rule, never its path.

        A request about many events follows one trace; `linked_traces` are the ids of the others, with commas between.
        """
        linked = {"linked_traces": linked_traces} if _TRACES.match(linked_traces or "") else {}
        figures = self._figures.get((route, status))
        if figures is None:
            figures = self._metrics.requests.labels(route, str(status)), self._metrics.seconds.labels(route)
            self._figures[route, status] = figures
        figures[0].inc()
        figures[1].observe(seconds)
        self._log.info(
            "request",
            request_id=name,
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
            caller=caller,
            traceparent=traceparent,
            **linked,
        )
