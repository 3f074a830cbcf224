"""The scoring API beside BentoML, MLServer and mlflow: requests a second and processor time a request, in one run.

    python -m benchmarks.frameworks [--bentoml PYTHON] [--mlserver PYTHON] [--mlflow PYTHON] [--workers 2] [--rounds 3]

PYTHON is that of an environment of the framework's own (requirements-*.txt here); the program itself runs in the project's.
All answer one row a request, with the same forest, the same number of workers and four kept connections, in alternating rounds. The
frameworks get the row's features ready-made, as their own protocols want them; ours reads the purchase line, makes the
features, gives reasons and keeps its answers, as `benchmarks.serving` says. Every answer's score is compared with ours once.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import serving


@dataclass
class Server:
    """One who answers: its process, and the request that asks it for the score of the row."""

    name: str
    process: subprocess.Popen
    port: int
    request: bytes


def post(path: str, body: object) -> bytes:
    """A whole request of HTTP/1.1 on a kept connection."""
    content = json.dumps(body).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    ).encode() + content


def export(folder: Path) -> None:
    """The forest alone for the peers, and the features of the benchmark's line as `row.json`."""
    import joblib

    from sidecar.domain.lines import Line
    from sidecar.scoring.arrays import read_histories
    from sidecar.scoring.purchases import features, usuals

    forest, arrays = joblib.load(folder / "peer.joblib")
    joblib.dump(forest, folder / "forest.joblib")
    known = serving.LINE
    line = Line(
        known["id"], known["item"], "V3", quantity=known["quantity"], unit_price=float(known["unit_price"])
    )
    row = features(line, usuals(line, read_histories(arrays)))
    score = float(-forest.score_samples([row])[0])
    (folder / "row.json").write_text(json.dumps({"row": row, "score": score}))


def bentoml(python: str, folder: Path, port: int, workers: int) -> tuple[list[str], str, bytes]:
    """(command, path that tells readiness, request)."""
    command = [
        python,
        "-m",
        "bentoml",
        "serve",
        "benchmarks.frameworks.bentoml_peer:Forest",
        "--port",
        str(port),
    ]
    return [*command, "--host", "127.0.0.1"], "/readyz", post("/score", {"rows": [row_of(folder)]})


def mlserver(python: str, folder: Path, port: int, workers: int) -> tuple[list[str], str, bytes]:
    """(command, path that tells readiness, request); its workers of inference are processes behind one of HTTP."""
    home = folder / "mlserver"
    home.mkdir()
    settings = {"host": "127.0.0.1", "http_port": port, "grpc_port": serving.free_port(), "metrics_endpoint": None,
                "parallel_workers": workers, "debug": False}  # fmt: skip
    (home / "settings.json").write_text(json.dumps(settings))
    model = {"name": "forest", "implementation": "benchmarks.frameworks.mlserver_peer.Forest"}
    (home / "model-settings.json").write_text(json.dumps(model))
    row = row_of(folder)
    rows = {"name": "rows", "shape": [1, len(row)], "datatype": "FP64", "data": row}
    asked = post("/v2/models/forest/infer", {"inputs": [rows]})
    return [str(Path(python).parent / "mlserver"), "start", str(home)], "/v2/models/forest/ready", asked


def mlflow(python: str, folder: Path, port: int, workers: int) -> tuple[list[str], str, bytes]:
    """(command, path that tells readiness, request); the model is one of mlflow's own Python kind."""
    saver = Path(__file__).with_name("mlflow_peer.py")
    subprocess.run([python, str(saver), str(folder)], check=True, env=os.environ | serving.COMMON)
    command = [
        python,
        "-m",
        "mlflow",
        "models",
        "serve",
        "-m",
        str(folder / "mlflow"),
        "--env-manager",
        "local",
    ]
    asked = post("/invocations", {"inputs": [row_of(folder)]})
    return [*command, "-h", "127.0.0.1", "-p", str(port), "--workers", str(workers)], "/ping", asked


def row_of(folder: Path) -> list[float]:
    """The features of the line that is asked about."""
    return json.loads((folder / "row.json").read_text())["row"]


Peer = Callable[[str, Path, int, int], tuple[list[str], str, bytes]]
PEERS: dict[str, Peer] = {"bentoml": bentoml, "mlserver": mlserver, "mlflow": mlflow}


def begin(name: str, python: str, folder: Path, workers: int) -> Server:
    """A peer that answers. Raises SystemExit when it does not come up."""
    port = serving.free_port()
    command, ready, asked = PEERS[name](python, folder, port, workers)
    path = f"{Path(python).parent}:{os.environ['PATH']}"
    env = {"BENCH_FOLDER": str(folder), "BENCH_WORKERS": str(workers), "PYTHONPATH": str(Path.cwd()), "PATH": path,
           "DO_NOT_TRACK": "1", "BENTOML_DO_NOT_TRACK": "True", "MLFLOW_DISABLE_TELEMETRY": "true"}  # fmt: skip
    return Server(name, serving.start(command, serving.COMMON | env, port, ready), port, asked)


def same_score(server: Server, wanted: float) -> None:
    """Raises SystemExit when a peer's answer holds another score than the forest gives."""
    import http.client

    head, _, body = server.request.partition(b"\r\n\r\n")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("POST", head.split()[1].decode(), body, {"Content-Type": "application/json"})
    text = connection.getresponse().read().decode()
    found = json.loads(text)
    while isinstance(found, dict | list):
        found = (
            found.get("predictions", found.get("outputs", found.get("data")))
            if isinstance(found, dict)
            else found[0]
        )
    if found is None or abs(abs(found) - wanted) > 1e-9:
        raise SystemExit(f"{server.name} answered {text[:300]}, the forest says {wanted}")


def end(server: Server) -> None:
    """End a server with everything it started."""
    for pid in serving.family(server.process.pid):
        os.kill(pid, signal.SIGTERM)
    try:
        server.process.wait(20)
    except subprocess.TimeoutExpired:
        for pid in serving.family(server.process.pid):
            os.kill(pid, signal.SIGKILL)


def table(names: list[str], rounds: list[list[tuple[float, float]]]) -> str:
    """Medians over the rounds, and ours beside each peer as medians of the pairs."""
    lines = [
        "| one row a request | requests/s | processor ms/request | ours, requests | ours, processor |",
        "|---|---|---|---|---|",
    ]
    for at, name in enumerate(names):
        rate, cost = (statistics.median(row[at][figure] for row in rounds) for figure in (0, 1))
        more = statistics.median(row[0][0] / row[at][0] for row in rounds)
        less = statistics.median(row[at][1] / row[0][1] for row in rounds)
        beside = f"{more:.1f}x | {less:.1f}x less" if at else "– | –"
        lines.append(f"| {name} | {rate:.0f} | {cost:.2f} | {beside} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Runs the comparison and prints a Markdown table."""
    parser = argparse.ArgumentParser(description="The scoring API beside frameworks that serve models")
    for name in PEERS:
        parser.add_argument(f"--{name}", metavar="PYTHON", help=f"the interpreter of {name}'s environment")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=serving.ROUNDS)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder, servers, port = Path(scratch), [], serving.free_port()
        made = "from pathlib import Path; from benchmarks import frameworks, serving; from benchmarks.frameworks.__main__ import export"
        subprocess.run(
            [sys.executable, "-c", f"{made}; f = Path({scratch!r}); serving.prepare(f); export(f)"],
            check=True,
        )
        try:
            ours = serving.start(
                serving.sidecar_command(port, options.workers), serving.sidecar_env(scratch), port
            )
            servers.append(Server("sidecar", ours, port, serving.REQUEST))
            for name in PEERS:
                if python := getattr(options, name):
                    servers.append(begin(name, python, folder, options.workers))
                    same_score(servers[-1], json.loads((folder / "row.json").read_text())["score"])
            asked = [(each.process.pid, each.port, each.request) for each in servers]
            for one in asked:
                serving.measure(*one)  # warm
            rounds = [[serving.measure(*one) for one in asked] for _ in range(options.rounds)]
        finally:
            for server in servers:
                end(server)
    print(table([server.name for server in servers], rounds))


if __name__ == "__main__":
    main(sys.argv[1:])
