"""Flask with the flat forest against FastAPI with scikit-learn: requests a second and a worker's memory.

    python -m venv .bench && .bench/bin/pip install -r requirements.txt -r benchmarks/requirements.txt
    .bench/bin/python -m benchmarks.serving

Both answer the same purchase line with the features of `sidecar.scoring.purchases` and the same forest, one
worker each, in alternating rounds. The forest is trained on made-up rows. Prints a markdown table.
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


def start(command: list[str], env: dict[str, str], port: int) -> subprocess.Popen:
    """Starts a server and waits for its first answer."""
    process = subprocess.Popen(
        command, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return process
        except OSError:
            time.sleep(0.1)
    process.terminate()
    raise SystemExit(f"{command} did not answer")


def load(port: int) -> float:
    """Requests a second of CLIENTS kept connections during SECONDS; every answer must be a 200."""
    counts, end = [0] * CLIENTS, time.perf_counter() + SECONDS
    faults: list[str] = []

    def work(at: int) -> None:
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        while time.perf_counter() < end and not faults:
            connection.sendall(REQUEST)
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


def memory(pid: int) -> float:
    """Resident MiB of the worker: the server's child where it forks one, else the server itself."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    if children:
        return memory(int(children[0]))
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("VmRSS:")) / 1024


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Runs the comparison."""
    with tempfile.TemporaryDirectory() as name:
        ports = (free_port(), free_port())
        subprocess.run(
            [sys.executable, "-c", f"from benchmarks.serving import *; prepare(Path({name!r}))"], check=True
        )
        keys = [{"name": "b", "sha256": hashlib.sha256(KEY.encode()).hexdigest(), "scopes": ["score"]}]
        common = {"OMP_NUM_THREADS": "1", "BENCH_FOLDER": name}
        ours = common | {
            "GATEHOUSE_MODELS_DIR": name,
            "GATEHOUSE_DATA_DIR": name,
            "GATEHOUSE_API_KEYS": json.dumps(keys),
            "GATEHOUSE_RATE_LIMIT": "0",
            "GATEHOUSE_LOG_LEVEL": "WARNING",
        }
        flask = [
            sys.executable,
            "-m",
            "gunicorn",
            "sidecar.app:create_app()",
            "-b",
            f"127.0.0.1:{ports[0]}",
            "-w",
            "1",
            "-k",
            "gthread",
            "--threads",
            "4",
            "--no-control-socket",
        ]
        fast = [
            sys.executable,
            "-m",
            "uvicorn",
            "--factory",
            "benchmarks.serving:peer",
            "--port",
            str(ports[1]),
            "--no-access-log",
        ]
        servers: list[subprocess.Popen] = []
        try:
            servers.append(start(flask, ours, ports[0]))
            servers.append(start(fast, common, ports[1]))
            rates = [[load(port) for port in ports] for _ in range(ROUNDS)]
            sizes = [memory(server.pid) for server in servers]
        finally:
            for server in servers:
                server.terminate()
                server.wait()
    first, second = (statistics.median(row[at] for row in rates) for at in (0, 1))
    print("| one row a request, one worker | requests/s | memory, MiB |\n|---|---|---|")
    print(f"| Flask + flat forest (sidecar) | {first:.0f} | {sizes[0]:.0f} |")
    print(f"| FastAPI + scikit-learn | {second:.0f} | {sizes[1]:.0f} |")
    print(f"| ratio | {first / second:.1f}x | {sizes[0] / sizes[1]:.2f}x |")


if __name__ == "__main__":
    main()
