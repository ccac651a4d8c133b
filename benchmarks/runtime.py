"""The LLM runtime against endpoints that are slow, limited or away, and its ledger.

usage: python -m benchmarks.runtime [throughput|knee|outage|limit|open|durable] [--no-write]

throughput: calls a second at 300 ms and 256 threads, after two plain clients with as many threads
that send the same requests. knee: an endpoint with 16 slots. outage: 30 and 60 s of refusals.
limit: 600 calls a minute. Each endpoint is a process of its own, the calls go over HTTP and are
rows in a ledger file. open: 1,200,000 questions of which 1 % are open. durable: answers written a
second. Takes two minutes (throughput, knee, open, durable) to five (outage, limit) each.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import urllib3
from pydantic import SecretStr

from benchmarks.endpoint import Behaviour, Log, log_of, serving
from benchmarks.measured import Results, ledger_tables
from python_udfs.generation import ItemInput, PathSpec, generation_pack
from python_udfs.ledger.writer import LedgerWriter
from python_udfs.llm.asking import ask, pending_questions_sql, stream
from python_udfs.llm.calls import Answer, Pack, Question
from python_udfs.llm.clients import connect
from python_udfs.llm.endpoints import resolve_endpoint
from python_udfs.llm.recorder import Recorder
from python_udfs.llm.request import request_of
from python_udfs.settings import Environment, Settings

_KEY = SecretStr("sk-benchmark-0000")
_STORY = "A retired clockmaker in a small town by the sea finds letters that were never sent. "
_QUESTIONS = """
    select i || '-' || path as question_key, 'text:' || path as path, 'item' || i as item_id,
        'text' as role, repeat('A retired clockmaker finds letters. ', 8) as item_text
    from range(200_000) as items (i), range(6) as paths (path)
"""


def settings_of(threads: int) -> Settings:
    """Settings with as many calls in flight at most."""
    return Settings.model_validate(
        {"is_empty": False, "catalogue": "sample", "publish_dir": "", "model": "m",
         "max_concurrency": threads}
    )  # fmt: skip


def packs_of(n_calls: int, settings: Settings) -> Iterator[Pack]:
    """One path of each of some made-up items, as the generator asks it."""
    specs = {"text:mood": PathSpec("text:mood", "mood", "Name moods.", 3, ())}
    for number in range(n_calls):
        question = Question(f"q{number}", "text", f"item{number}", path="text:mood")
        text = f"Title: Film {number}\nSummary: {_STORY * 5}"
        item = ItemInput(text, text, None, "text", None)
        yield generation_pack([question], specs, item, settings, 0)


Send = Callable[[dict[str, Any]], object]


def asked_plainly(
    sender: Callable[[], Send], requests: list[dict[str, Any]], threads: int
) -> tuple[float, float]:
    """Wall and CPU seconds of threads that each send by a sender; nothing is read or stored."""
    left = iter(requests)
    lock = threading.Lock()

    def work() -> None:
        send = sender()
        while True:
            with lock:
                request = next(left, None)
            if request is None:
                return
            send(request)

    cpu = time.process_time()
    return _seconds_of(work, threads), time.process_time() - cpu


def _seconds_of(work: Callable[[], None], n_threads: int) -> float:
    threads = [threading.Thread(target=work) for _ in range(n_threads)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


@contextmanager
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    """A session with an empty ledger file attached, as in a build."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as session:
        session.execute(f"attach '{Path(folder) / 'ledger.duckdb'}' as ledger")
        session.execute(ledger_tables())
        yield session


@dataclass(frozen=True)
class Asked:
    """What calls took, in seconds, and the endpoint's log of them."""

    wall_s: float
    cpu_s: float
    log: Log


def asked(base_url: str, n_calls: int, threads: int) -> Asked:
    """Ask all; every question is answered, whatever the endpoint does."""
    settings = settings_of(threads)
    packs = list(packs_of(n_calls, settings))
    environment = Environment(api_key=_KEY, base_url=base_url)
    with ledger() as session:
        began, cpu = time.monotonic(), time.process_time()
        invocation = f"{base_url} {began}"
        outcome = ask(session, settings, environment, invocation, "text", lambda _: packs, n_calls)
        wall, cpu = time.monotonic() - began, time.process_time() - cpu
        stored = session.execute("select count(*) from ledger.llm_answers").fetchall()[0][0]
    assert outcome.n_answered == stored == n_calls  # noqa: S101
    return Asked(wall, cpu, log_of(base_url))


def throughput(results: Results, n_calls: int = 6000, threads: int = 256) -> None:
    """The runtime next to two plain clients that send the same requests by as many threads."""
    settings = settings_of(threads)
    requests = [request_of(pack, "m", {}, {}) for pack in packs_of(n_calls, settings)]
    rates, rows = [], []
    with serving(Behaviour()) as base_url:
        environment = Environment(api_key=_KEY, base_url=base_url)
        endpoint = resolve_endpoint("text", settings, environment)
        pool = urllib3.PoolManager(maxsize=threads, num_pools=1)

        def by_urllib3() -> Send:
            return lambda request: pool.request(
                "POST", f"{base_url}/chat/completions", json=request
            )

        def by_openai() -> Send:
            client = connect(endpoint, settings, environment).client
            return lambda request: client.chat.completions.create(**request)

        plain = [asked_plainly(by, requests, threads) for by in (by_urllib3, by_openai)]
    with serving(Behaviour()) as base_url:
        found = asked(base_url, n_calls, threads)
    names = ("urllib3", "openai, connections as the runtime's", "the runtime")
    for name, (wall, cpu) in zip(names, [*plain, (found.wall_s, found.cpu_s)], strict=True):
        rates.append(n_calls / wall)
        rows.append((name, f"{rates[-1]:.0f}", f"{1000 * cpu / n_calls:.2f} ms",
                     f"{cpu / wall:.2f}"))  # fmt: skip
    good = sorted(found.log.times(200))
    first, last = good[len(good) // 2], good[len(good) * 9 // 10]
    results.add(
        f"{n_calls:,} calls, {threads} threads, 300 ms",
        ("", "calls a second", "CPU a call", "cores"),
        rows,
        f"{rates[2] / rates[0]:.0%} of urllib3, {rates[2] / rates[1]:.0%} of openai. In the second "
        f"half, when all slots are in use: {0.4 * n_calls / (last - first):.0f} calls a second.",
    )


def knee(results: Results, n_calls: int = 1500) -> None:
    """Slots that are fewer than the calls that the settings allow."""
    rows = []
    for slots, threads in ((4, 64), (16, 64), (16, 256)):
        with serving(Behaviour(latency_s=slots / 32, slots=slots)) as base_url:
            found = asked(base_url, n_calls, threads)
        share = (n_calls / 32) / found.wall_s
        rows.append((slots, threads, f"{found.log.in_flight:.1f}", f"{share:.0%}"))
    results.add(
        f"{n_calls:,} calls to an endpoint that answers 32 a second at most",
        ("slots", "allowed at once", "mean in flight", "of the endpoint's rate"),
        rows,
        "Without a knee the mean in flight is what is allowed.",
    )


def outage(results: Results) -> None:
    """Refusals for a while, 5 s after the first call, at 16 calls in flight."""
    rows = []
    for seconds in (30, 60):
        with serving(Behaviour(outage=(5.0, seconds))) as base_url:
            log = asked(base_url, 2000, 16).log
        back, good = 5.0 + seconds, log.times(200)
        before = sum(2 < at <= 5 for at in good) / 3
        first = min(at for at in good if at > back)
        full = next(at for at in good if at > back
                    and sum(at < other <= at + 2 for other in good) >= 1.8 * before)  # fmt: skip
        rows.append((f"{seconds} s", len(log.times(503)), f"{first - back:.1f} s",
                     f"{full - back:.1f} s", f"{before:.0f}"))  # fmt: skip
    results.add(
        "2,000 calls through an outage, 16 at once, 300 ms",
        ("away", "calls refused", "first answer after", "90 % of the rate after",
         "calls a second before"),
        rows, "All are answered; none is lost or paid twice.",
    )  # fmt: skip


def limit(results: Results, n_calls: int = 1200) -> None:
    """600 calls a minute, told in Retry-After or not, for short calls and for long ones."""
    rows = []
    for latency_s, tells in ((0.3, True), (0.3, False), (2.0, True)):
        with serving(Behaviour(latency_s=latency_s, per_minute=600, tells=tells)) as base_url:
            found = asked(base_url, n_calls, 64)
        refused, ideal = len(found.log.times(429)), (n_calls - 10) / 10 + latency_s
        rows.append((f"{latency_s} s", "Retry-After" if tells else "nothing", refused,
                     f"{refused / n_calls:.1%}", f"{found.wall_s:.1f} s",
                     f"{found.wall_s / ideal - 1:+.1%}"))  # fmt: skip
    results.add(
        f"{n_calls:,} calls, 600 a minute allowed, 64 threads",
        ("a call takes", "a refusal says", "refused", "share", "wall", "against the ideal"),
        rows, "Targets: under 2 % refused, within 10 % of the ideal time.",
    )  # fmt: skip


def _open_questions(file: Path) -> tuple[float, float, int]:
    with duckdb.connect() as session:
        session.execute(f"attach '{file}' as ledger")
        began = time.monotonic()
        sql = pending_questions_sql("from ledger.main.questions", retry_quarantined=False)
        rows = session.cursor().execute(f"select * from ({sql}) order by item_id, path")
        n_open = sum(1 for _ in stream(rows))
        wall = time.monotonic() - began
    return wall, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, n_open


def open_questions(results: Results) -> None:
    """What the ledger lacks of 1,200,000 questions, in a process of its own."""
    with ledger() as session:
        session.execute(f"create table ledger.main.questions as {_QUESTIONS}")
        session.execute(
            "insert into ledger.main.llm_answers (question_key, call_id, status, answer) "
            "select question_key, 'c', 'answered', '[]' from ledger.main.questions "
            "where hash(question_key) % 100 <> 0"
        )
        file = Path(session.execute(
            "select path from duckdb_databases() where database_name = 'ledger'"
        ).fetchall()[0][0])  # fmt: skip
        session.execute("detach ledger")
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            wall, peak_mb, n_open = pool.apply(_open_questions, (file,))
    results.add(
        "1,200,000 questions",
        ("open", "wall", "peak memory"),
        [(f"{n_open:,}", f"{wall:.2f} s", f"{peak_mb:,.0f} MB")],
        "Targets: under 5 s and 1.5 GB.",
    )


def durable(results: Results, n_calls: int = 30_000) -> None:
    """Calls of six answers by 256 threads: each is written before, and settled with its answers."""
    rows = []
    for n_answers in (1, 6):
        with ledger() as session, LedgerWriter(session.cursor()) as writer:
            recorder = Recorder(writer, "benchmark")
            numbers = iter(range(n_calls))

            def work(n: int = n_answers, numbers: Iterator[int] = numbers,
                     recorder: Recorder = recorder) -> None:  # fmt: skip
                for number in numbers:
                    questions = [Question(f"{number}-{i}", "text", "item") for i in range(n)]
                    call = {
                        "call_id": f"{number}", "role": "text", "model": "m", "base_url": "b",
                        "question_keys": [question.key for question in questions],
                        "attempt": 1, "reserved_usd": 0.1, "reserved_tokens": 1000,
                        "prompt_bytes": 2000, "started_at": recorder.now(),
                    }  # fmt: skip
                    recorder.sent(call)
                    settled = {"call_id": call["call_id"], "raw_reply": _STORY * 8,
                               "prompt_tokens": 300, "completion_tokens": 40}  # fmt: skip
                    recorder.record(settled, [Answer(q, '[{"name":"quiet"}]') for q in questions])

            cpu = time.process_time()
            seconds = _seconds_of(work, 256)
            cpu = time.process_time() - cpu
            stored = session.execute("select count(*) from ledger.llm_answers").fetchall()
        assert stored == [(n_calls * n_answers,)]  # noqa: S101
        answers = n_calls * n_answers
        rows.append((n_answers, f"{n_calls / seconds:,.0f}", f"{answers / seconds:,.0f}",
                     f"{answers / cpu:,.0f}"))  # fmt: skip
    results.add(
        f"{n_calls:,} calls written and settled by 256 threads",
        ("answers a call", "calls a second", "durable answers a second", "of a second of CPU"),
        rows, "Target: 10,000 answers a second.",
    )  # fmt: skip


PARTS: dict[str, Callable[[Results], None]] = {
    "throughput": throughput, "knee": knee, "outage": outage, "limit": limit,
    "open": open_questions, "durable": durable,
}  # fmt: skip


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=PARTS, nargs="?", default="throughput")
    parser.add_argument("--no-write", action="store_true")
    arguments = parser.parse_args()
    name = "runtime" if arguments.part == "throughput" else f"runtime_{arguments.part}"
    results = Results(name, f"The LLM runtime: {arguments.part}")
    PARTS[arguments.part](results)
    if not arguments.no_write:
        results.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
