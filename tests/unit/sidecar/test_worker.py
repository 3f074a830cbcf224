"""The worker answers small whole requests where it reads them, and writes what waits before it ends."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sidecar.app import create_app
from sidecar.config import BUNDLED_MODELS

ROOT = Path(__file__).resolve().parents[3]
KEY = "test-key"
BODY = json.dumps({"records": [{"id": "o1", "customer": "C", "value": "10.00", "date": "2026-01-01"}]})


def app():
    """The sidecar, whose answers tell the thread that gave them."""
    flask = create_app()
    inner = flask.wsgi_app

    def named(environ, start_response):
        def start(status, headers, *rest):
            return start_response(
                status, [*headers, ("X-Thread", threading.current_thread().name.split("-")[0])], *rest
            )

        return inner(environ, start)

    flask.wsgi_app = named
    return flask


def request(body: str = BODY, path: str = "/v1/orders/score") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def answer(connection: socket.socket) -> tuple[int, str]:
    """Status and thread of the next answer."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        seen += connection.recv(65536)
    head, _, rest = seen.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().splitlines()[1:])
    while len(rest) < int(fields["Content-Length"]):
        rest += connection.recv(65536)
    return int(head.split()[1]), fields["X-Thread"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    """(port, folder, process) of a worker on the bundled models."""
    folder = tmp_path_factory.mktemp("served")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    key = {"name": "all", "sha256": hashlib.sha256(KEY.encode()).hexdigest(), "scopes": ["score"]}
    env = os.environ | {
        "GATEHOUSE_MODELS_DIR": str(BUNDLED_MODELS),
        "GATEHOUSE_DATA_DIR": str(folder),
        "GATEHOUSE_API_KEYS": json.dumps([key]),
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
    }
    command = [
        sys.executable, "-m", "gunicorn", "tests.unit.sidecar.test_worker:app()", "--bind", f"127.0.0.1:{port}",
        "--preload", "--worker-class", "sidecar.http.worker.PromptWorker", "--threads", "2", "--no-control-socket",
    ]  # fmt: skip
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, folder, process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def connection(served):
    with socket.create_connection(("127.0.0.1", served[0]), timeout=60) as kept:
        yield kept


def test_the_next_request_of_a_kept_connection_is_answered_where_it_is_read(connection):
    threads = []
    for _ in range(3):
        connection.sendall(request())
        threads.append(answer(connection))
    assert threads == [(200, "ThreadPoolExecutor"), (200, "MainThread"), (200, "MainThread")]


@pytest.mark.parametrize("body", [BODY, "{", '{"records": 3}'])
def test_an_answer_given_where_it_is_read_has_the_lines_of_gunicorn_s_own(connection, body):
    whole = request(body).replace(b"Host: x", b"Host: x\r\nX-Request-Id: one")
    said = []
    for _ in range(2):
        connection.sendall(whole)
        seen = connection.recv(65536)
        while not seen.endswith(b"}"):
            seen += connection.recv(65536)
        said.append([line for line in seen.split(b"\r\n") if not line.startswith((b"Date", b"X-Thread"))])
    assert said[0] == said[1]


def test_a_client_that_is_gone_before_its_answer_harms_no_other(served, connection):
    connection.sendall(request())
    answer(connection)
    with socket.create_connection(("127.0.0.1", served[0]), timeout=60) as other:
        for _ in range(2):
            other.sendall(request())
            answer(other)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        other.sendall(request())
    connection.sendall(request())
    assert answer(connection) == (200, "MainThread")


def test_a_request_on_its_way_takes_a_thread_and_holds_nobody_up(served, connection):
    connection.sendall(request())
    answer(connection)
    whole = request()
    connection.sendall(whole[:-5])
    with socket.create_connection(("127.0.0.1", served[0]), timeout=60) as other:
        for _ in range(2):
            other.sendall(request())
            assert answer(other)[0] == 200
    connection.sendall(whole[-5:])
    assert answer(connection) == (200, "ThreadPoolExecutor")


@pytest.mark.parametrize("path", ["/v1/documents/extract", "/v1/feedback", "/nowhere"])
def test_what_may_take_long_takes_a_thread(connection, path):
    connection.sendall(request())
    answer(connection)
    connection.sendall(request(path=path))
    assert answer(connection)[1] == "ThreadPoolExecutor"


def test_two_requests_sent_at_once_are_both_answered_in_order(connection):
    connection.sendall(request() + request("{"))
    assert [answer_one(connection) for _ in range(2)] == [200, 400]


def answer_one(connection: socket.socket) -> int:
    """The status of exactly one answer; bytes behind it stay."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while length:
        length -= len(connection.recv(length))
    return int(head.split()[1])


def test_a_worker_that_is_asked_to_end_writes_the_answers_that_wait(served, connection):
    _port, folder, process = served
    with sqlite3.connect(folder / "sidecar.db") as kept:
        before = kept.execute("SELECT count(*) FROM prediction").fetchone()[0]
        waiting = kept.execute("SELECT max(id) FROM prediction").fetchone()[0] or 0
    connection.sendall(request(BODY.replace("o1", "last")))
    assert answer(connection)[0] == 200
    process.terminate()
    assert process.wait(60) == 0
    with sqlite3.connect(folder / "sidecar.db") as kept:
        rows = kept.execute("SELECT document FROM prediction WHERE id > ?", (waiting,)).fetchall()
        assert ("last",) in rows
        assert kept.execute("SELECT count(*) FROM prediction").fetchone()[0] > before
