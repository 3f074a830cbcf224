"""The partners' access log, without the key that a chat's address carries, as the address of a real chat does."""

from __future__ import annotations

from typing import Any

from werkzeug.serving import WSGIRequestHandler


def handler_without(key: str) -> type[WSGIRequestHandler]:
    """A request handler whose log never says `key`."""

    class Handler(WSGIRequestHandler):
        def log(self, type: str, message: str, *args: Any) -> None:
            super().log(type, "%s", (message % args if args else message).replace(key, "***"))

    return Handler
