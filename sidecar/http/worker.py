"""gunicorn's threaded worker, without what only costs: `--worker-class sidecar.http.worker.PromptWorker`.

A plain request (`prompt.py`) that has arrived whole on a kept connection is measured in a millisecond. It is answered by the loop
that read it, in one write: handing it to a thread and back takes longer than the answer, because both wait for the
interpreter's lock, and so does what gunicorn keeps ready for requests of every kind. A first request, one still on its
way, a large one and everything else (documents are read for seconds) take a thread and gunicorn's parser as before.
"""

from __future__ import annotations

import socket
import time
from functools import lru_cache
from typing import Any
from wsgiref.types import WSGIEnvironment

from gunicorn import util
from gunicorn.http.wsgi import SERVER, base_environ
from gunicorn.workers.gthread import TConn, ThreadWorker

from sidecar.http.prompt import MOST_BYTES, read

#: Seconds that the loop waits for a client that does not read its answer.
_PATIENCE = 1.0


class PromptWorker(ThreadWorker):  # type: ignore[misc]
    """Answers small whole requests where they are read."""

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """A kept connection has something to read."""
        plain = None if self._needs_gunicorn(conn) else _waiting(client)
        if plain is None:
            super().on_client_socket_readable(conn, client)
            return
        said, length = plain
        client.recv(length)  # all of it is in the socket's buffer
        self.nr += 1
        self.keepalived_conns.remove(conn)
        try:
            _send(client, self._answer(conn, said))
        except OSError as error:  # who asked is gone, or does not read
            self.log.debug("Closing connection. %s", error)
            self._close(conn, client)
        except Exception as error:
            self.handle_error(None, client, conn.client, error)
            self._close(conn, client)
        else:
            conn.set_timeout()
            self.keepalived_conns.append(conn)  # still with the poller

    def init_process(self) -> None:
        """What WSGI is told about every request; then the loop begins."""
        self._same = base_environ(self.cfg) | {
            "SERVER_PROTOCOL": "HTTP/1.1", "SCRIPT_NAME": "", "QUERY_STRING": "", "wsgi.url_scheme": "http", "wsgi.multithread": True,
        }  # fmt: skip
        super().init_process()

    def _needs_gunicorn(self, conn: TConn) -> bool:
        """Whether gunicorn logs each request, ends this worker or connection, or has read ahead."""
        return (
            conn.is_http2
            or self.cfg.is_ssl
            or isinstance(conn.server, str)
            or not self.alive
            or self.nr + 1 >= self.max_requests
            or self.log.access_log_enabled
            or bool(conn.parser.unreader.buf.getvalue())
        )

    def _answer(self, conn: TConn, said: WSGIEnvironment) -> bytes:
        """What the application says to it, as gunicorn would write it."""
        lines: list[str] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
            lines[:] = (
                f"HTTP/1.1 {status}",
                _about_us(int(time.time())),
                *(f"{name}: {value}" for name, value in headers),
            )

        chunks = self.wsgi(self._environment(conn, said), start_response)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return "\r\n".join((*lines, "\r\n")).encode("latin-1") + body

    def _environment(self, conn: TConn, said: WSGIEnvironment) -> WSGIEnvironment:
        address, port = conn.client[:2]
        name, ours = conn.server[:2]
        return {
            **self._same, **said, "RAW_URI": said["PATH_INFO"],
            "REMOTE_ADDR": address, "REMOTE_PORT": str(port), "SERVER_NAME": name, "SERVER_PORT": str(ours),
        }  # fmt: skip

    def _close(self, conn: TConn, client: socket.socket) -> None:
        self.poller.unregister(client)
        self.nr_conns -= 1
        conn.close()


def _waiting(client: socket.socket) -> tuple[WSGIEnvironment, int] | None:
    """The plain request that waits whole in the socket's buffer, and its bytes; they are left there."""
    try:
        return read(client.recv(MOST_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return None


def _send(client: socket.socket, answer: bytes) -> None:
    """All of it; what does not fit into the socket's buffer waits for its reader, `_PATIENCE` at most."""
    try:
        sent = client.send(answer)
    except BlockingIOError:
        sent = 0
    if sent < len(answer):
        client.settimeout(_PATIENCE)
        client.sendall(memoryview(answer)[sent:])
        client.setblocking(False)


@lru_cache(maxsize=1)
def _about_us(second: int) -> str:
    """The headers that the server adds in this second of the epoch."""
    return f"Server: {SERVER}\r\nDate: {util.http_date(second)}\r\nConnection: keep-alive"
