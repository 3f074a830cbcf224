"""The scoring API against FastAPI with scikit-learn: requests a second, processor time and memory.

    python -m venv .bench && .bench/bin/pip install -r requirements.txt -r benchmarks/requirements.txt
    .bench/bin/python -m benchmarks.serving [WORKERS]

Both answer the same purchase line with the features of `sidecar.scoring.purchases` and the same forest, by the same number of
workers (default 2, as `make up` and the Dockerfile run ours), in alternating rounds. Ours gives reasons and keeps its
answers, with all bundled models loaded; the peer gives the score alone. The forest is trained on made-up rows. Prints a
markdown table.
"""

import hashlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

KEY, CLIENTS, SECONDS, ROUNDS = "bench", 4, 3.0, 3
LINE = {"id": "l", "item": "I7", "quantity": 12.0, "unit_price": "31.00", "discount": 0.0}
BODY = json.dumps({"documents": [{"id": "d", "currency": "EUR", "vendor": "V3", "lines": [LINE]}]}).encode()
REQUEST = (
    "POST /v1/purchases/score HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
    f"Authorization: Bearer {KEY}\r\nContent-Length: {len(BODY)}\r\n\r\n"
).encode() + BODY


COMMON = {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072"}


def prepare(folder: Path) -> None:
    """Trains one forest and stores it twice: flat for the sidecar, by joblib for its peer."""
    import joblib
    import numpy as np
    import pandas as pd
    from sklearn.ensemble import IsolationForest

    from sidecar.training import forests
    from sidecar.training.run import write_model

    rng, n = np.random.default_rng(1), 20_000
    item = rng.integers(0, 200, n)
    frame = pd.DataFrame(
        {
            "item": [f"I{i}" for i in item],
            "party": [f"V{i % 20}" for i in item],
            "category": "",
            "tier": "",
            "quantity": rng.lognormal(3, 1, n),
            "list_price": 0.0,
            "net": (item + 1) * rng.lognormal(0, 0.1, n),
            "lead_days": np.nan,
            "place": "",
            "date": pd.NaT,
        }
    )
    kept: list[IsolationForest] = []
    flatten = forests.flatten
    forests.flatten = lambda forest: kept.append(forest) or flatten(forest)
    arrays = forests.train_forest("purchases", frame)
    manifest = {
        "name": "purchases",
        "version": "bench",
        "rows": n,
        "features": [],
        "source": "made up",
        "metrics": {},
    }
    write_model(folder / "purchases", arrays, manifest)
    joblib.dump((kept[0], arrays), folder / "peer.joblib")


def peer():
    """The peer: FastAPI, pydantic, pandas imported as such services do, scikit-learn's own scoring."""
    import joblib
    import numpy as np
    import pandas as pd  # noqa: F401
    from fastapi import FastAPI
    from pydantic import BaseModel

    from sidecar.domain.lines import Line
    from sidecar.scoring.arrays import read_histories
    from sidecar.scoring.purchases import features, usuals

    forest, arrays = joblib.load(Path(os.environ["BENCH_FOLDER"]) / "peer.joblib")
    histories = read_histories(arrays)

    class LineIn(BaseModel):
        id: str
        item: str
        quantity: float
        unit_price: float
        discount: float = 0.0

    class Document(BaseModel):
        id: str
        currency: str
        vendor: str
        lines: list[LineIn]

    class Documents(BaseModel):
        documents: list[Document]

    app = FastAPI()

    @app.get("/healthz")
    def healthz() -> dict:
        return {}

    @app.post("/v1/purchases/score")
    def score(body: Documents) -> dict:
        rows = [
            features(line, usuals(line, histories))
            for d in body.documents
            for line in (
                Line(x.id, x.item, d.vendor, quantity=x.quantity, unit_price=x.unit_price) for x in d.lines
            )
        ]
        return {"scores": (-forest.score_samples(np.array(rows))).tolist()}

    return app


def start(command: list[str], env: dict[str, str], port: int, health: str = "/healthz") -> subprocess.Popen:
    """Starts a server and waits for its first good answer to `health`, two minutes at most."""
    process = subprocess.Popen(
        command, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(1200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", health)
            if connection.getresponse().status == 200:
                return process
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)
    process.terminate()
    raise SystemExit(f"{command} did not answer")


def load(port: int, request: bytes = REQUEST) -> float:
    """Requests a second of CLIENTS kept connections during SECONDS; every answer must be a 200."""
    counts, end = [0] * CLIENTS, time.perf_counter() + SECONDS
    faults: list[str] = []

    def work(at: int) -> None:
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        while time.perf_counter() < end and not faults:
            connection.sendall(request)
            head, _, rest = connection.recv(65536).partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            while len(rest) < length:
                rest += connection.recv(65536)
            if not head.startswith(b"HTTP/1.1 200"):
                faults.append(rest.decode())
            counts[at] += 1

    threads = [threading.Thread(target=work, args=(at,)) for at in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise SystemExit(f"a request failed: {faults[0]}")
    return sum(counts) / SECONDS


def family(pid: int) -> list[int]:
    """A process and everything it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in family(int(child)))]


def memory(pid: int, field: str) -> float:
    """MiB of one process: `Rss` counts pages it shares whole, `Pss` its share of them."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return next(int(row.split()[1]) for row in rows if row.startswith(f"{field}:")) / 1024


def processor(pid: int) -> float:
    """Seconds of processor time that a server and its workers used."""
    total = 0
    for each in family(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def measure(pid: int, port: int, request: bytes = REQUEST) -> tuple[float, float]:
    """(requests a second, milliseconds of processor time a request) of one round."""
    before = processor(pid)
    rate = load(port, request)
    return rate, (processor(pid) - before) * 1000 / max(1.0, rate * SECONDS)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sidecar_command(port: int, workers: int) -> list[str]:
    """How ours is started, as in sidecar/Dockerfile."""
    return [
        sys.executable, "-m", "gunicorn", "sidecar.app:create_app()", "-b", f"127.0.0.1:{port}", "--preload",
        "-w", str(workers), "-k", "sidecar.http.worker.PromptWorker", "--threads", "4", "--no-control-socket",
    ]  # fmt: skip


def peer_command(port: int, workers: int) -> list[str]:
    """How the peer is started."""
    peer = [sys.executable, "-m", "uvicorn", "--factory", "benchmarks.serving:peer", "--port", str(port)]
    return [*peer, "--no-access-log", *(["--workers", str(workers)] if workers > 1 else [])]


def sidecar_env(folder: str) -> dict[str, str]:
    """The settings of ours with the models of `folder` and the key that REQUEST carries."""
    keys = [{"name": "b", "sha256": hashlib.sha256(KEY.encode()).hexdigest(), "scopes": ["score"]}]
    return COMMON | {
        "GATEHOUSE_MODELS_DIR": folder,
        "GATEHOUSE_DATA_DIR": folder,
        "GATEHOUSE_API_KEYS": json.dumps(keys),
        "GATEHOUSE_RATE_LIMIT": "0",
        "GATEHOUSE_LOG_LEVEL": "WARNING",
    }


def main(workers: int) -> None:
    """Runs the comparison."""
    with tempfile.TemporaryDirectory() as name:
        ports = (free_port(), free_port())
        subprocess.run(
            [sys.executable, "-c", f"from benchmarks.serving import *; prepare(Path({name!r}))"], check=True
        )
        servers: list[subprocess.Popen] = []
        try:
            servers.append(start(sidecar_command(ports[0], workers), sidecar_env(name), ports[0]))
            servers.append(start(peer_command(ports[1], workers), COMMON | {"BENCH_FOLDER": name}, ports[1]))
            pairs = [(server.pid, port) for server, port in zip(servers, ports, strict=True)]
            for pid, port in pairs:
                measure(pid, port)  # warm
            rounds = [[measure(pid, port) for pid, port in pairs] for _ in range(ROUNDS)]
            largest = [max(memory(each, "Rss") for each in family(pid)[1:] or [pid]) for pid, _ in pairs]
            whole = [sum(memory(each, "Pss") for each in family(pid)) for pid, _ in pairs]
        finally:
            for server in servers:
                server.terminate()
                server.wait()
    rates, times = (
        [statistics.median(row[at][figure] for row in rounds) for at in (0, 1)] for figure in (0, 1)
    )
    print(
        f"| one row a request, {workers} worker(s) | requests/s | processor ms/request | a worker's resident MiB "
        "| all processes' proportional MiB |\n|---|---|---|---|---|"
    )
    for at, label in enumerate(("sidecar", "FastAPI + scikit-learn")):
        print(f"| {label} | {rates[at]:.0f} | {times[at]:.2f} | {largest[at]:.0f} | {whole[at]:.0f} |")
    print(
        f"| ratio | {rates[0] / rates[1]:.1f}x | {times[1] / times[0]:.1f}x less | {largest[0] / largest[1]:.2f}x "
        f"| {whole[0] / whole[1]:.2f}x |"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
