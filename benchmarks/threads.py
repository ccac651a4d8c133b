"""The chosen number of threads for the embedded model, against fixed numbers.

usage: python -m benchmarks.threads [--calls 6] [--rounds 2]

With no, one and two other busy processes, makes calls of equal size (about 120 tokens read, 40
written), alternating between each fixed number of threads and the measured and watched one. Then
other work starts and ends during the calls. Takes about ten minutes. Exits with 1 if the chosen
number ever gives less than 60 % of the best fixed one.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2 as httpx
import joblib
import openai

from benchmarks.measured import Results
from python_udfs.llm.embedded import EmbeddedEndpoint, start_embedded, stop_embedded
from python_udfs.llm.model_files import ensure_text_model
from python_udfs.settings import Environment

LEAST_SHARE = 0.6
STORY = "A retired clockmaker in a small town by the sea finds letters that his wife never sent. "


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Keep `count` cores busy."""
    command = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def start(threads: int) -> EmbeddedEndpoint:
    """The model with a fixed number of threads, or with 0, as in builds."""
    stop_embedded()
    model = ensure_text_model(Environment.read().cache_dir)
    return start_embedded(model, context_tokens=4096, threads=threads)


def tokens_per_s(endpoint: EmbeddedEndpoint, n_calls: int, seed: int = 0) -> float:
    """Tokens read and written per second over some calls, including any pause of the endpoint."""
    client = openai.OpenAI(
        base_url=endpoint.base_url,
        api_key="none",
        http_client=httpx.Client(transport=endpoint),
        max_retries=0,
    )
    n_tokens, began = 0, time.monotonic()
    for number in range(n_calls):
        content = f"Film {seed * 1000 + number}. {STORY * 5}\nTell what happens next."
        reply = client.chat.completions.create(
            model=endpoint.model,
            temperature=0,
            max_tokens=40,
            messages=[{"role": "user", "content": content}],
        )
        assert reply.usage is not None  # noqa: S101 (llama.cpp sets it)
        n_tokens += reply.usage.total_tokens
    return n_tokens / (time.monotonic() - began)


def main() -> int:
    """Measure, print, check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    results = Results("threads", "Threads of the embedded model")
    fixed = range(1, joblib.cpu_count() + 1)
    shares, rows = [], []
    for n_busy in (0, 1, 2):
        best: dict[int, float] = dict.fromkeys((0, *fixed), 0.0)
        chosen: list[int] = []
        with busy(n_busy):
            for round_number in range(arguments.rounds):
                for threads in (0, *fixed):
                    endpoint = start(threads)
                    rate = tokens_per_s(endpoint, arguments.calls, round_number)
                    best[threads] = max(best[threads], rate)
                    chosen += [endpoint.threads.number] if threads == 0 else []
        shares.append(best[0] / max(best[number] for number in fixed))
        row = [str(n_busy), f"{best[0]:.1f}", ", ".join(map(str, chosen))]
        rows.append([*row, *(f"{best[n]:.1f}" for n in fixed), f"{shares[-1]:.0%}"])
        print(*rows[-1], flush=True)
    fixed_names = [f"{number} fixed" for number in fixed]
    results.add(
        "Tokens a second", ("busy processes", "chosen", "threads chosen", *fixed_names, "of best"),
        rows, f"Promised: {LEAST_SHARE:.0%} of the best fixed number.",
    )  # fmt: skip
    rows = []
    endpoint = start(0)
    for n_busy in (0, 1, 0):
        with busy(n_busy):
            rates = ", ".join(f"{tokens_per_s(endpoint, arguments.calls, n):.1f}" for n in range(4))
        rows.append([str(n_busy), rates, str(endpoint.threads.number)])
    results.add(
        "Work that comes and goes", ("busy processes", "tokens/s, four times", "threads at last"),
        rows,
    )  # fmt: skip
    results.write()
    stop_embedded()
    return int(min(shares) < LEAST_SHARE)


if __name__ == "__main__":
    sys.exit(main())
