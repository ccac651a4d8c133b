"""Throughput of the LLM runtime against an endpoint that takes 300 ms for every call.

usage: python -m benchmarks.runtime [--calls 6000] [--slots 256] [--latency-ms 300] [--no-write]

The endpoint is a process of its own and answers any number of calls at once; the calls are real
ones over HTTP, with rows in a ledger file. A plain client with as many threads sends the same
bodies before, so that both figures are of one run of one machine. Takes about two minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import urllib3
from pydantic import SecretStr

from benchmarks.measured import PROJECT, Results
from python_udfs.generation import ItemInput, PathSpec, generation_pack
from python_udfs.llm.asking import ask
from python_udfs.llm.calls import Pack, Question
from python_udfs.settings import Environment, Settings

_STORY = "A retired clockmaker in a small town by the sea finds letters that were never sent. "
_ANSWER = json.dumps({"mood": [{"name": "quiet tension", "score": 0.8}] * 3})
_REPLY = json.dumps(
    {
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": _ANSWER, "refusal": None}}],
        "usage": {"prompt_tokens": 300, "completion_tokens": 40, "total_tokens": 340},
    }
).encode()  # fmt: skip
_BYTES = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
    + str(len(_REPLY)).encode() + b"\r\n\r\n" + _REPLY
)  # fmt: skip


class _Slow(asyncio.Protocol):
    """One connection: every complete request is answered after the latency."""

    latency_s = 0.3

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport, self._read = transport, b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, mark, body = self._read.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if mark and len(body) >= length:
            self._read = body[length:]
            asyncio.get_running_loop().call_later(self.latency_s, self._transport.write, _BYTES)


def serve(port: Connection, latency_s: float) -> None:
    """Serve until the process ends; sends its port first."""

    async def run() -> None:
        _Slow.latency_s = latency_s
        server = await asyncio.get_running_loop().create_server(_Slow, "127.0.0.1", 0, backlog=1024)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def pack(number: int, settings: Settings) -> Pack:
    """One path of a made-up item, as the generator asks it."""
    question = Question(f"q{number}", "text", f"item{number}", path="text:mood")
    specs = {"text:mood": PathSpec("text:mood", "mood", "Name moods.", 3, ())}
    item = ItemInput(f"Title: Film {number}\nSummary: {_STORY * 5}", None, "text", None)
    return generation_pack([question], specs, item, settings, 0)


def plain_rate(url: str, bodies: list[bytes], slots: int) -> float:
    """Calls a second of urllib3 with one thread a slot; nothing is read or stored."""
    pool = urllib3.PoolManager(maxsize=slots, num_pools=1)
    left: Iterator[bytes] = iter(bodies)
    lock = threading.Lock()

    def send() -> None:
        while True:
            with lock:
                body = next(left, None)
            if body is None:
                return
            pool.request("POST", url, body=body, headers={"Content-Type": "application/json"})

    threads = [threading.Thread(target=send) for _ in range(slots)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(bodies) / (time.monotonic() - began)


def ledger_of(folder: Path) -> duckdb.DuckDBPyConnection:
    """A session with an empty ledger file attached, as in a build."""
    macro = (PROJECT / "macros/ledger/create_ledger.sql").read_text(encoding="utf-8")
    session = duckdb.connect()
    session.execute(f"attach '{folder / 'ledger.duckdb'}' as ledger")
    session.execute(macro.partition("create_ledger() %}")[2].partition("{% endmacro")[0])
    return session


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=6000)
    parser.add_argument("--slots", type=int, default=256)
    parser.add_argument("--latency-ms", type=float, default=300)
    parser.add_argument("--no-write", action="store_true")
    arguments = parser.parse_args()
    results = Results("runtime", "Calls of the LLM runtime")
    receiver, sender = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.get_context("spawn").Process(
        target=serve, args=(sender, arguments.latency_ms / 1000), daemon=True
    )
    server.start()
    base_url = f"http://127.0.0.1:{receiver.recv()}/v1"
    settings = Settings.model_validate(
        {"is_empty": False, "catalogue": "sample", "publish_dir": "", "model": "m",
         "max_concurrency": arguments.slots}
    )  # fmt: skip
    packs = [pack(number, settings) for number in range(arguments.calls)]
    bodies = [json.dumps({"model": "m", "messages": p.messages}).encode() for p in packs]
    plain = plain_rate(f"{base_url}/chat/completions", bodies, arguments.slots)
    environment = Environment(api_key=SecretStr("sk-benchmark-0000"), base_url=base_url)
    with tempfile.TemporaryDirectory() as folder, ledger_of(Path(folder)) as session:
        began, cpu = time.monotonic(), time.process_time()
        outcome = ask(
            session, settings, environment, "benchmark", "text", lambda _: packs, arguments.calls
        )
        wall, cpu = time.monotonic() - began, time.process_time() - cpu
        stored = session.execute("select count(*) from ledger.llm_answers").fetchall()[0][0]
    server.terminate()
    assert outcome.n_answered == stored == arguments.calls  # noqa: S101
    rate = arguments.calls / wall
    results.add(
        f"{arguments.calls:,} calls, {arguments.slots} slots, {arguments.latency_ms:.0f} ms",
        ("", "calls a second", "CPU a call", "cores"),
        [
            ("plain client", f"{plain:.0f}", "", ""),
            ("the runtime", f"{rate:.0f}", f"{1000 * cpu / arguments.calls:.2f} ms",
             f"{cpu / wall:.2f}"),
        ],
        f"{rate / plain:.0%} of the plain client.",
    )  # fmt: skip
    if not arguments.no_write:
        results.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
