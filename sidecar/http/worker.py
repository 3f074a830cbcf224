"""gunicorn's threaded worker, without the threads where they only cost: `--worker-class sidecar.http.worker.PromptWorker`.

A request that has arrived whole on a kept connection, and is measured in a millisecond, is answered by the loop that read it:
handing it to a thread and back takes longer than the answer, because both wait for the interpreter's lock. A first
request, one still on its way, a large one and everything else (documents are read for seconds) take a thread as before.
"""

from __future__ import annotations

import re
import socket
from concurrent.futures import Future
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

#: A request of at most this many bytes, headers included: some 80 lines, or one mail of 15 kB.
MOST_BYTES = 16_384
#: Seconds that the loop waits for a client that does not read its answer.
_PATIENCE = 1.0
_ROUTES = re.compile(rb"POST /v1/[a-z-]{1,40}/(?:score|classify) HTTP/1\.1\r\n")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,5})[ \t]*\r\n", re.I)


def arrived(client: socket.socket) -> bool:
    """Whether a measuring request waits whole in the socket's buffer; it is left there."""
    try:
        seen = client.recv(MOST_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return False
    head, end, body = seen.partition(b"\r\n\r\n")
    if not end or not _ROUTES.match(head):
        return False
    length = _LENGTH.search(head + b"\r\n")
    return length is not None and len(body) >= int(length[1])


class PromptWorker(ThreadWorker):  # type: ignore[misc]
    """Answers small whole requests where they are read."""

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """A kept connection has something to read."""
        if self.cfg.is_ssl or conn.is_http2 or not arrived(client):
            super().on_client_socket_readable(conn, client)
            return
        client.settimeout(_PATIENCE)
        keep = self.handle(conn)
        self.keepalived_conns.remove(conn)
        if keep and self.alive and not conn.parser.unreader.buf.getvalue():
            client.setblocking(False)
            conn.set_timeout()
            self.keepalived_conns.append(conn)  # still with the poller
            return
        self.poller.unregister(client)
        done: Future[Any] = Future()
        done.set_result(keep)
        self.finish_request(conn, done)
