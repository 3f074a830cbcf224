"""One OpenAI-compatible chat endpoint behind a time limit, a cap on what it costs, and a log without texts."""

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy.exc import SQLAlchemyError

from sidecar.adapters.language_ledger import CapReached, LanguageLedger
from sidecar.adapters.prompt_store import Prompt, PromptStore
from sidecar.config import LanguageModelConfig
from sidecar.domain.writing import NotWritten, Written

#: Calls of one process at a time: the other threads go on answering what needs no model.
AT_ONCE = 2
log = structlog.get_logger()
_LARGEST = 256 * 1024
_TOKEN_BYTES = 3  # a cautious guess of bytes a token, for the reservation only


@dataclass(frozen=True, slots=True)
class Completion:
    """A choice of the endpoint and what it used."""

    content: str
    tokens_in: int
    tokens_out: int


class Unanswered(Exception):
    """The endpoint gave nothing usable; `code` is stable."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def complete(config: LanguageModelConfig, body: dict[str, Any], until: float) -> Completion:
    """One POST to `<url>/chat/completions`, over by `until` (monotonic seconds) whatever the endpoint does.

    Follows no redirect. Raises Unanswered.
    """
    parts = urlsplit(config.url)
    host, path = parts.hostname or "", parts.path.rstrip("/") + "/chat/completions"
    kinds = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}
    more: dict[str, Any] = {"context": ssl.create_default_context()} if parts.scheme == "https" else {}
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if config.key:
        headers["Authorization"] = f"Bearer {config.key}"
    try:
        with closing(kinds[parts.scheme](host, parts.port, timeout=_left(until), **more)) as connection:
            connection.request("POST", path, json.dumps(body), headers)
            sock = connection.sock  # the connection lets go of it when the answer ends it
            sock.settimeout(_left(until))
            response = connection.getresponse()
            content, status = _read(response, sock, until), response.status
    except TimeoutError as error:
        raise Unanswered("time_limit", "no whole answer within the time limit") from error
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered("no_connection", f"{type(error).__name__}: {error}"[:200]) from error
    if status == 429:
        raise Unanswered("rate_limited", "the endpoint answered 429")
    if status != 200:
        raise Unanswered("http_error", f"the endpoint answered HTTP {status}")
    return _completion(content)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(response: http.client.HTTPResponse, sock: socket.socket, until: float) -> bytes:
    """The body, each piece within what is left of the time: an endpoint that drips gains nothing."""
    content = bytearray()
    while len(content) <= _LARGEST:
        left = _left(until)
        if sock.fileno() >= 0:  # closed by http.client once the answer is whole or says it ends
            sock.settimeout(left)
        piece = response.read1(65536)
        if not piece:
            return bytes(content)
        content += piece
    raise Unanswered("too_large", f"the answer has more than {_LARGEST} bytes")


def _completion(content: bytes) -> Completion:
    try:
        answer = json.loads(content)
        usage = answer.get("usage") or {}
        text = answer["choices"][0]["message"]["content"]
        found = Completion(
            text, int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Unanswered("garbage", "the answer is not a chat completion") from error
    if not isinstance(found.content, str) or found.tokens_in < 0 or found.tokens_out < 0:
        raise Unanswered("garbage", "the answer is not a chat completion")
    return found


class LanguageModel:
    """The connected model of a process."""

    def __init__(
        self, config: LanguageModelConfig, prompts: PromptStore, ledger: LanguageLedger,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.config, self.prompts, self.ledger, self.clock = config, prompts, ledger, clock
        self.slots = threading.BoundedSemaphore(AT_ONCE)

    def open(self) -> "RequestWriter":
        """A writer whose time limit holds for one whole request."""
        return RequestWriter(self, self.clock() + self.config.timeout_ms / 1000)


class RequestWriter:
    """Writes for one request; once the endpoint failed it is not asked again in this request."""

    def __init__(self, model: LanguageModel, until: float) -> None:
        self._model, self._until = model, until
        self._gone: NotWritten | None = None

    def write(self, purpose: str, payload: str, schema: dict[str, Any]) -> Written:
        """The answer to a payload. Raises NotWritten with why there is none."""
        if self._gone:
            raise self._gone
        prompt = self._model.prompts.get(purpose)
        if prompt is None:
            raise NotWritten("no_prompt", f"there is no whole prompt {purpose}")
        body = self._body(prompt, payload, schema)
        if not self._model.slots.acquire(blocking=False):
            raise NotWritten("busy", "the model is writing as much as it may at a time")
        try:
            return self._paid(prompt, body)
        finally:
            self._model.slots.release()

    def _paid(self, prompt: Prompt, body: dict[str, Any]) -> Written:
        config, ledger = self._model.config, self._model.ledger
        size = sum(len(message["content"].encode()) for message in body["messages"])
        reserve = config.cost(size // _TOKEN_BYTES + 1, prompt.max_tokens)
        try:
            call = ledger.begin(prompt.name, prompt.version, config.model, json.dumps(body), reserve, config)
        except CapReached as error:
            raise NotWritten("cost_cap", str(error)) from error
        except SQLAlchemyError as error:
            raise NotWritten("log_away", "what is not put on record is not asked") from error
        try:
            found = complete(config, body, self._until)
        except Unanswered as error:
            # what an endpoint charged for an answer that never came is not known: the reservation stands
            cost = 0.0 if error.code in ("no_connection", "rate_limited", "http_error") else reserve
            ledger.end(call, error.code, cost)
            self._gone = NotWritten(error.code, error.reason)
            raise self._gone from error
        cost = (
            config.cost(found.tokens_in, found.tokens_out) if found.tokens_in + found.tokens_out else reserve
        )
        ledger.end(call, "answered", cost, found.content, found.tokens_in, found.tokens_out)
        return Written(found.content, config.model, f"{prompt.name} {prompt.version}", call)

    def judged(self, call: int, outcome: str) -> None:
        """Keep what became of an answer: `used`, or why it was not."""
        try:
            self._model.ledger.judged(call, outcome)
        except SQLAlchemyError as error:
            log.warning("language_call_not_judged", call=call, outcome=outcome, error=str(error)[:300])

    def _body(self, prompt: Prompt, payload: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "model": self._model.config.model,
            "messages": [{"role": "system", "content": prompt.text}, {"role": "user", "content": payload}],
            "temperature": 0,
            "max_tokens": prompt.max_tokens,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": schema},
            },
        }
