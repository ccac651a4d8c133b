"""A local OpenAI-compatible endpoint for tests: real HTTP, answers computed from requests.

`Endpoint` is a context manager; `python -m tests.python.endpoint` serves by hand and prints the
environment variables that point Tagsmith at it.
"""

from __future__ import annotations

import argparse
import json
import math
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.python.answers import Asked, BadImageError, answer_of, yes_probability
from tests.python.batches import Batches
from tests.python.faults import Fault, Rule

__all__ = ["KEY", "MODEL", "Endpoint", "RateLimit", "Seen"]

KEY = "sk-test-7f3a9c51d2e84b06"
MODEL = "test-model"
_MODELS = (MODEL, "test-model-b")
_CHARACTERS_A_TOKEN = 5
# `stagger_s` makes replies come one after the other where calls are sent at once; all of them wait
# while `may_reply` is cleared.
_STEPS = 8


@dataclass(frozen=True)
class Seen:
    """A logged request: the question, the reaction, and the time (seconds, monotonic)."""

    asked: Asked
    status: int
    fault: str | None
    started: float
    ended: float


class Endpoint:
    """Serves /v1/chat/completions, models, files and batches on the loopback address."""

    def __init__(self, key: str = KEY, port: int = 0) -> None:
        self.key = key
        self.delay_s = 0.0
        self.stagger_s = 0.0
        # As many requests are answered at once; others wait. None = any number.
        self.slots: threading.Semaphore | None = None
        self.may_reply = threading.Event()
        self.may_reply.set()
        self.on_reply: Callable[[int], None] | None = None
        # USD per million prompt, cached and completion tokens; what was answered is charged, also
        # if the client never gets it.
        self.price_usd = (0.0, 0.0, 0.0)
        self.spent_usd = 0.0
        self.limit: RateLimit | None = None
        self.is_away = False
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self._seen: list[Seen] = []
        self._number = self._first_number = 0
        self.n_refused = 0
        self._open = self._most_open = 0
        self._prompts: dict[str, str] = {}
        self.problems: list[BaseException] = []
        self.batches = Batches(self._reply_to_line)
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.endpoint = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def base_url(self) -> str:
        """The value for OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def fail(
        self,
        fault: Fault,
        when: Callable[[Asked], bool] = lambda asked: True,
        times: int | None = None,
    ) -> None:
        """Answer requests that match `when` with `fault`, this many times; the first rule wins."""
        with self._lock:
            self._rules.append(Rule(fault, when, times))

    def fail_item(self, word: str, fault: Fault, kind: str = "generation") -> None:
        """Answer all calls of one kind whose item text contains `word` with `fault`."""
        self.fail(fault, lambda asked: asked.kind == kind and word in asked.item_text)

    def reset(self) -> None:
        """Forget faults, requests and delays."""
        with self._lock:
            self._rules.clear()
            self._seen.clear()
            self.problems.clear()
            self._open = self._most_open = self.n_refused = 0
            self._first_number = self._number + 1
            self.delay_s, self.stagger_s, self.on_reply = 0.0, 0.0, None
            self.price_usd, self.spent_usd = (0.0, 0.0, 0.0), 0.0
            self.limit, self.slots, self.is_away = None, None, False
            self.may_reply.set()
        self.batches.reset()

    @property
    def seen(self) -> list[Seen]:
        """The requests to /v1/chat/completions since the last reset, in their order of reply."""
        with self._lock:
            return list(self._seen)

    @property
    def n_calls(self) -> int:
        """Number of requests."""
        return len(self.seen)

    @property
    def most_at_once(self) -> int:
        """The highest number of requests open at once."""
        with self._lock:
            return self._most_open

    def kinds(self) -> Counter[str]:
        """Requests by kind."""
        return Counter(seen.asked.kind for seen in self.seen)

    # --- for the handler

    def admit(
        self, body: dict[str, Any], rules: list[Rule] | None = None
    ) -> tuple[Asked, Fault | None, int]:
        """Number a request; return it, its fault, and its cached prompt tokens.

        `rules` are those of a line in a batch.
        """
        with self._lock:
            self._number += 1
            self._open += rules is None
            self._most_open = max(self._most_open, self._open)
            asked = Asked(self._number, body)
            fault = None
            for rule in self._rules if rules is None else rules:
                if rule.times != 0 and rule.when(asked):
                    rule.times = None if rule.times is None else rule.times - 1
                    fault = rule.fault
                    break
            before = self._prompts.get(asked.model, "")
            self._prompts[asked.model] = asked.prompt
        common = next(
            (i for i, (a, b) in enumerate(zip(before, asked.prompt, strict=False)) if a != b),
            min(len(before), len(asked.prompt)),
        )
        return asked, fault, common // _CHARACTERS_A_TOKEN

    def log(self, asked: Asked, status: int, fault: Fault | None, started: float) -> int:
        """Note a request that is about to be answered (or dropped); return how many were.

        A request from before the last reset (its client has left) is not counted.
        """
        with self._lock:
            if asked.number < self._first_number:
                return 0
            self._open -= 1
            name = fault.name if fault else None
            self._seen.append(Seen(asked, status, name, started, time.monotonic()))
            return len(self._seen)

    def reply(
        self, asked: Asked, fault: Fault | None, cached: int, share: float = 1.0
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Status, headers and body for a request, charged at a share of the price."""
        if asked.model not in _MODELS:
            said = f"The model `{asked.model}` does not exist or you do not have access to it."
            error = {"message": said, "type": "invalid_request_error", "code": "model_not_found"}
            return 404, {}, {"error": error}
        if fault is not None and fault.error is not None:
            return fault.status, fault.headers, fault.error
        if self.is_away:
            return 503, {}, {"error": {"message": "Service unavailable", "code": None}}
        may_pass, headers = self.within_limit() if share == 1 else (True, {})
        if not may_pass:
            limited = {"message": "Too many requests", "code": "rate_limit_exceeded"}
            return 429, headers, {"error": limited}
        try:
            text = answer_of(asked)
            _ = asked.image
        except BadImageError as error:
            said = f"Invalid image data: {error}"
            return 400, {}, {"error": {"message": said, "code": "invalid_image"}}
        reply = _completion(asked, fault, text, cached)
        self.charge(reply["usage"], share)
        return fault.status if fault else 200, headers, reply

    def _reply_to_line(
        self, body: dict[str, Any], rules: list[Rule], share: float
    ) -> tuple[Asked, int, dict[str, Any]]:
        asked, fault, cached = self.admit(body, rules)
        status, _, reply = self.reply(asked, fault, cached, share)
        return asked, status, reply

    def charge(self, usage: dict[str, Any], share: float = 1.0) -> None:
        """Put an answer on the meter."""
        cached = usage["prompt_tokens_details"]["cached_tokens"]
        counts = (usage["prompt_tokens"] - cached, cached, usage["completion_tokens"])
        with self._lock:
            cost = sum(n * price for n, price in zip(counts, self.price_usd, strict=True))
            self.spent_usd += share * cost / 1e6

    def within_limit(self) -> tuple[bool, dict[str, str]]:
        """Whether a request may pass the rate limit, and the headers that tell of it."""
        with self._lock:
            return self.limit.take() if self.limit is not None else (True, {})

    def refuse(self) -> None:
        """Count a request with a wrong key."""
        with self._lock:
            self.n_refused += 1


@dataclass
class RateLimit:
    """Requests a minute as a bucket of `burst`; `tells` it in headers, and in Retry-After."""

    per_minute: float
    burst: int = 1
    tells: bool = False
    _left: float = -1.0
    _at: float = 0.0

    def take(self) -> tuple[bool, dict[str, str]]:
        """Take a request from the bucket, where there is one."""
        now, a_second = time.monotonic(), self.per_minute / 60
        self._left = (
            float(self.burst)
            if self._left < 0
            else min(self.burst, self._left + (now - self._at) * a_second)
        )
        self._at = now
        may_pass = self._left >= 1
        self._left -= 1 if may_pass else 0
        headers = {
            "x-ratelimit-limit-requests": f"{self.burst}",
            "x-ratelimit-remaining-requests": f"{int(self._left)}",
            "x-ratelimit-reset-requests": f"{1000 * (self.burst - self._left) / a_second:.0f}ms",
        }
        if not may_pass:
            headers["retry-after"] = f"{max(1 - self._left, 0) / a_second:.3f}"
        return may_pass, headers if self.tells else {}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    endpoint: Endpoint

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self.endpoint.problems.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing; the log is `Endpoint.seen`."""

    def do_GET(self) -> None:
        if not self._is_allowed():
            return
        if self.path == "/v1/models":
            models = [{"id": name, "object": "model", "owned_by": "test"} for name in _MODELS]
            self._send(200, {"object": "list", "data": models})
        else:
            self._send_batches("GET", b"")

    def do_DELETE(self) -> None:
        if self._is_allowed():
            self._send_batches("DELETE", b"")

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._is_allowed():
            return
        if self.path != "/v1/chat/completions":
            self._send_batches("POST", content)
            return
        body = json.loads(content)
        started = time.monotonic()
        endpoint = self.server.endpoint
        asked, fault, cached = endpoint.admit(body)
        late_s = endpoint.stagger_s * (asked.number % _STEPS)
        with endpoint.slots or nullcontext():
            time.sleep(endpoint.delay_s + late_s + (fault.delay_s if fault else 0.0))
        endpoint.may_reply.wait()
        status, headers, reply = endpoint.reply(asked, fault, cached)
        count = endpoint.log(asked, status, fault, started)
        if fault is not None and fault.drops:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault is not None and fault.page_content is not None:
            self._send_page(status, fault.page_type, fault.page_content)
        else:
            self._send(status, reply, headers, drip_s=fault.drip_s if fault else 0.0)
        if endpoint.on_reply is not None and count:
            endpoint.on_reply(count)

    def _send_batches(self, method: str, content: bytes) -> None:
        kind = self.headers.get("Content-Type", "")
        if self.path.startswith(("/v1/files", "/v1/batches")):
            status, reply = self.server.endpoint.batches.handle(method, self.path, kind, content)
        else:
            status, reply = 404, {"error": {"message": "no such page", "code": None}}
        if isinstance(reply, bytes):
            self._send_page(status, "application/octet-stream", reply)
        else:
            self._send(status, reply)

    def _is_allowed(self) -> bool:
        sent = self.headers.get("Authorization", "")
        if sent == f"Bearer {self.server.endpoint.key}":
            return True
        self.server.endpoint.refuse()
        # OpenAI quotes a part of the key; this endpoint quotes all of it, as some servers do.
        said = f"Incorrect API key provided: {sent.removeprefix('Bearer ')}."
        error = {"message": said, "type": "invalid_request_error", "code": "invalid_api_key"}
        self._send(401, {"error": error})
        return False

    def _send(
        self,
        status: int,
        value: dict[str, Any],
        headers: dict[str, str] | None = None,
        *,
        drip_s: float = 0.0,
    ) -> None:
        content = json.dumps(value, ensure_ascii=False).encode()
        self._send_page(status, "application/json", content, headers, drip_s=drip_s)

    def _send_page(
        self,
        status: int,
        kind: str,
        content: bytes,
        headers: dict[str, str] | None = None,
        *,
        drip_s: float = 0.0,
    ) -> None:
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        for byte in content if drip_s else ():
            self.wfile.write(bytes([byte]))
            time.sleep(drip_s / len(content))
        if not drip_s:
            self.wfile.write(content)


def _completion(asked: Asked, fault: Fault | None, text: str, cached: int) -> dict[str, Any]:
    finish = "stop"
    limits = (asked.body.get(name) for name in ("max_tokens", "max_completion_tokens"))
    room = next((int(limit) for limit in limits if limit), 10**6) * _CHARACTERS_A_TOKEN
    if fault is not None and fault.text is not None:
        text = fault.text(text)
    elif fault is not None and fault.cut_at is not None:
        text, finish = text[: fault.cut_at], "length"
    elif len(text) > room:
        text, finish = text[:room], "length"
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if fault is not None and fault.refuses:
        message |= {"content": None, "refusal": "I can't help with that."}
    if fault is not None and fault.finish is not None:
        finish = fault.finish
    choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": finish}
    if asked.body.get("logprobs") and not (fault and fault.without_logprobs):
        first = (
            [{"token": token, "logprob": -0.5 - n} for n, token in enumerate(fault.top)]
            if fault
            else []
        )
        logprobs = {"top_logprobs": first} if first else _logprobs(asked, text)
        choice["logprobs"] = {"content": [logprobs]}
    n_prompt = len(asked.prompt) // _CHARACTERS_A_TOKEN + 1
    n_completion = len(text) // _CHARACTERS_A_TOKEN + 1
    return {
        "id": f"chatcmpl-{asked.number}",
        "object": "chat.completion",
        "created": 1_770_000_000,
        "model": asked.model,
        "choices": [choice],
        "usage": {
            "prompt_tokens": n_prompt,
            "completion_tokens": n_completion,
            "total_tokens": n_prompt + n_completion,
            "prompt_tokens_details": {"cached_tokens": min(cached, n_prompt)},
            **((fault and fault.usage) or {}),
        },
    }


def _logprobs(asked: Asked, text: str) -> dict[str, Any]:
    """The first token with its likeliest alternatives: 2 % of the mass is on other words."""
    probability = yes_probability(asked, asked.tags[-1] if asked.tags else "")
    shares = {
        "Yes": 0.9 * probability,
        " yes": 0.08 * probability,
        "No": 0.98 * (1 - probability),
        "Maybe": 0.02,
    }
    top = [
        {"token": token, "logprob": math.log(share), "bytes": list(token.encode())}
        for token, share in sorted(shares.items(), key=lambda pair: -pair[1])
    ]
    chosen = next((entry for entry in top if entry["token"] == text), top[0])
    return {**chosen, "top_logprobs": top[: int(asked.body.get("top_logprobs") or 0)]}


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay-s", type=float, default=0.0, help="added to every reply")
    arguments = parser.parse_args()
    with Endpoint(port=arguments.port) as endpoint:
        endpoint.delay_s = arguments.delay_s
        sys.stdout.write(
            f"export OPENAI_BASE_URL={endpoint.base_url} OPENAI_API_KEY={endpoint.key} "
            f"TAGSMITH_MODEL={MODEL}\n"
        )
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.stderr.write(f"{dict(endpoint.kinds())}\n")


if __name__ == "__main__":
    main()
