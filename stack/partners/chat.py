"""A small endpoint that speaks OpenAI's chat completions, and can misbehave on command: for tests of what guards it.

python -m stack.partners.chat --port 9000 --mode ok
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

MODES = (
    "ok",
    "slow",
    "drip",
    "garbage",
    "not_json",
    "schema",
    "ungrounded",
    "stranger",
    "obeys",
    "decides",
    "429",
    "down",
    "huge",
    "no_usage",
)


@dataclass
class Chat:
    """What the endpoint does, and what it was asked."""

    mode: str = "ok"
    delay: float = 5.0
    usage: tuple[int, int] = (900, 80)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def content(self, body: dict[str, Any]) -> str:
        """The text of the answer, by the mode."""
        case = json.loads(body["messages"][1]["content"])
        mine = [fact for fact in case["facts"] if fact["kind"] != "said"]
        said = " ".join(fact.get("text", "") for fact in case["facts"] if fact["kind"] == "said")
        first = mine[0] if mine else {"id": "none", "text": ""}
        words = " ".join(first.get(name, "") for name in ("label", "value", "unit", "text")).strip()
        gists = {
            "ungrounded": f"{words} and 4711 more",
            "stranger": f"{words}, says Barbara Novak",
            "obeys": said,
            "decides": f"{words}; this should be approved",
        }
        if self.mode == "not_json":
            return "Certainly! Here is your summary."
        answer: dict[str, Any] = {"gist": gists.get(self.mode) or words or "the", "cites": [first["id"]]}
        return json.dumps(
            answer | ({"route": "the director", "amount": "1"} if self.mode == "schema" else {})
        )


def _handler(chat: Chat) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            chat.asked.append(body)
            chat.headers.append(dict(self.headers))
            if chat.mode == "slow":
                time.sleep(chat.delay)
            status = {"429": 429, "down": 503}.get(chat.mode, 200)
            answer: dict[str, Any] = {
                "id": "chatcmpl-1", "object": "chat.completion", "model": body["model"],
                "choices": [{"index": 0, "message": {"role": "assistant", "content": chat.content(body)}, "finish_reason": "stop"}],
            }  # fmt: skip
            if chat.mode != "no_usage":
                answer["usage"] = {"prompt_tokens": chat.usage[0], "completion_tokens": chat.usage[1]}
            content = (
                b'{"choices": "see attachment"}' if chat.mode == "garbage" else json.dumps(answer).encode()
            )
            if chat.mode == "huge":
                content = b" " * 1_000_000
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self._send(content)

        def _send(self, content: bytes) -> None:
            try:
                for at in range(0, len(content), 1 if chat.mode == "drip" else len(content)):
                    self.wfile.write(content[at : at + (1 if chat.mode == "drip" else len(content))])
                    self.wfile.flush()
                    time.sleep(0.05 if chat.mode == "drip" else 0)
            except OSError:
                self.close_connection = True  # the caller had enough

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: what is asked is kept in `asked`."""

    return Handler


def serve(chat: Chat, port: int = 0) -> tuple[str, Callable[[], None]]:
    """(base address, end): the endpoint in a thread of this process."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(chat))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()

    def end() -> None:
        server.shutdown()
        server.server_close()

    return f"http://127.0.0.1:{server.server_address[1]}/v1", end


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--mode", choices=MODES, default="ok")
    args = parser.parse_args()
    url, _end = serve(Chat(args.mode), args.port)
    print(url, flush=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
