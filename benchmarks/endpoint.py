"""An endpoint in a process of its own: latency, slots, a limit of calls a minute, an outage.

It gives the same answer to every call and keeps a log, by which the runtime is judged.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
import urllib.request
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

__all__ = ["Behaviour", "Log", "log_of", "serving"]

_ANSWER = json.dumps({"mood": [{"name": "quiet tension", "score": 0.8}] * 3})
_COMPLETION = {
    "id": "c", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop",
                 "message": {"role": "assistant", "content": _ANSWER, "refusal": None}}],
    "usage": {"prompt_tokens": 300, "completion_tokens": 40, "total_tokens": 340},
}  # fmt: skip


@dataclass(frozen=True)
class Behaviour:
    """What it does; 0 = no limit. Seconds of an outage count from the first call."""

    latency_s: float = 0.3
    slots: int = 0
    per_minute: int = 0
    tells: bool = False
    outage: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Log:
    """Replies as (seconds since the first call, status), and the mean of calls in flight."""

    replies: list[tuple[float, int]]
    in_flight: float

    def times(self, status: int) -> list[float]:
        """When replies of a status were given."""
        return [at for at, found in self.replies if found == status]


class _Model:
    """What all connections share."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._does = behaviour
        self._began = self._next = 0.0
        self._replies: list[tuple[float, int]] = []
        self._calls_s = 0.0
        self._n_served = 0
        self._waiting: deque[tuple[asyncio.Transport, float]] = deque()

    def ask(self, transport: asyncio.Transport) -> None:
        now, does = time.monotonic(), self._does
        self._began = self._began or now
        if does.outage[0] <= now - self._began < sum(does.outage):
            self._answer(transport, now, 503, {"error": {"message": "Service unavailable"}})
        elif does.per_minute and (headers := self._refusal(now)) is not None:
            limited = {"message": "Too many requests", "code": "rate_limit_exceeded"}
            self._answer(transport, now, 429, {"error": limited}, headers)
        elif does.slots and self._n_served == does.slots:
            self._waiting.append((transport, now))
        else:
            self._serve(transport, now)

    def log(self) -> bytes:
        spent = max(self._replies)[0] if self._replies else 1.0
        return json.dumps([self._replies, self._calls_s / spent]).encode()

    def _refusal(self, now: float) -> str | None:
        """The headers of a refusal, None if the call may pass: ten may come at once."""
        gap = 60 / self._does.per_minute
        if self._next > now + 9 * gap:
            return f"retry-after: {self._next - now - 9 * gap:.3f}\r\n" if self._does.tells else ""
        self._next = max(self._next, now) + gap
        return None

    def _serve(self, transport: asyncio.Transport, asked: float) -> None:
        self._n_served += 1
        loop = asyncio.get_running_loop()
        loop.call_later(self._does.latency_s, self._served, transport, asked)

    def _served(self, transport: asyncio.Transport, asked: float) -> None:
        self._n_served -= 1
        self._answer(transport, asked, 200, _COMPLETION)
        if self._waiting:
            self._serve(*self._waiting.popleft())

    def _answer(
        self, transport: asyncio.Transport, asked: float, status: int, body: object, more: str = ""
    ) -> None:
        now = time.monotonic()
        self._replies.append((now - self._began, status))
        self._calls_s += now - asked
        transport.write(_http(status, json.dumps(body).encode(), more))


class _Connection(asyncio.Protocol):
    """One connection; the log is what a GET gives."""

    def __init__(self, model: _Model) -> None:
        self._model, self._read = model, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, mark, body = self._read.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if mark and len(body) >= length:
            self._read = body[length:]
            if head.startswith(b"GET"):
                self._transport.write(_http(200, self._model.log()))
            else:
                self._model.ask(self._transport)


def _http(status: int, content: bytes, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\n{more}"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def _run(port: Connection, behaviour: Behaviour) -> None:
    async def serve() -> None:
        model = _Model(behaviour)
        server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(model), "127.0.0.1", 0, backlog=1024
        )
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """Serve in another process; gives the base URL."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=_run, args=(sender, behaviour), daemon=True)
    server.start()
    yield f"http://127.0.0.1:{receiver.recv()}/v1"
    server.terminate()
    server.join()


def log_of(base_url: str) -> Log:
    """The log until now."""
    with urllib.request.urlopen(f"{base_url}/log") as reply:  # noqa: S310
        replies, in_flight = json.loads(reply.read())
    return Log([(at, status) for at, status in replies], in_flight)
