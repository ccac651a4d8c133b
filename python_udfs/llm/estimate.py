"""What calls will cost, before the first of them: each figure with an interval.

Prompts are rendered, so their size is known; how many tokens a byte of them is, how much is written
and how long a call takes is what the ledger says of the role and model, else a prior that is stated
here. An interval holds two standard errors of that and 5 % for what no history shows.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from python_udfs.ledger.writer import LedgerWriter
from python_udfs.llm.calls import Pack
from python_udfs.llm.clients import concurrency, serve_embedded
from python_udfs.llm.duration import in_words
from python_udfs.llm.endpoints import Endpoint, resolve_endpoint
from python_udfs.llm.history import LEAST_CALLS, MARGIN, History, Range, range_of
from python_udfs.llm.pricing import ModelPrices, TokenUsage, prompt_size
from python_udfs.llm.run_state import state_of_run
from python_udfs.llm.threads import Speed
from python_udfs.settings import Environment, Runtime

__all__ = ["Work", "announce"]

# Priors: tokens a byte of a prompt (English 0.25, other scripts more) and of an image, the share of
# the allowed output that is written, of a prompt that is cached, repeated calls, seconds a call.
_TOKENS_A_BYTE = (0.18, 0.27, 0.45)
_TOKENS_AN_IMAGE = (85.0, 800.0, 2600.0)
_WRITTEN_SHARE = (0.1, 0.5, 1.0)
_CACHED_SHARE = (0.9, 0.3, 0.0)
_REPEATS = (1.0, 1.0, 1.1)
_HOSTED_S, _EMBEDDED_S = (0.3, 2.0, 10.0), (1.0, 8.0, 40.0)
# Batches take some minutes, or a day.
_BATCH_MINUTES = (2.0, 60.0, 1440.0)


@dataclass(frozen=True)
class Work:
    """The calls of one role that a run will make; `packs` is a sample of them.

    `basis` is counted, or predicted where the questions depend on answers that are still open.
    `model` is that of an evaluator.
    """

    role: str
    n_questions: Range
    n_calls: Range
    packs: Sequence[Pack]
    basis: str = "counted"
    model: str | None = None


def announce(
    session: duckdb.DuckDBPyConnection,
    settings: Runtime,
    environment: Environment,
    invocation_id: str,
    works: Sequence[Work],
) -> None:
    """Keep an estimate for each role that has none in this run, and say it if calls are allowed.

    Raises SettingError if a budget in US dollars is set and a model has no price.
    """
    if not works:
        return
    reader = session.cursor()
    run = state_of_run(settings, reader, invocation_id)
    rows = []
    for work in works:
        endpoint = resolve_endpoint(work.role, settings, environment, work.model)
        prices = run.prices(endpoint, settings)
        # A run that may not ask does not load the model.
        is_measured = endpoint.is_embedded and settings.allow_calls
        speed = serve_embedded(settings, environment).threads.speed if is_measured else None
        estimate = _estimate(reader, settings, endpoint, prices, work, speed)
        rows.append(
            {
                "invocation_id": invocation_id,
                "role": work.role,
                "basis": work.basis,
                "model": endpoint.model,
                "is_asked": settings.allow_calls,
                **estimate,
                "estimated_at": run.clock(),
            }
        )
    if settings.allow_calls:
        known = reader.execute(
            "select distinct role from ledger.main.llm_estimates where invocation_id = ?",
            [invocation_id],
        ).fetchall()
        rows = [row for row in rows if (row["role"],) not in known]
    rows = [row for row in rows if row["n_calls_high"]]
    if rows:
        with LedgerWriter(session.cursor()) as writer:
            writer.write([("llm_estimates", row) for row in rows])
    if rows and settings.allow_calls:
        sys.stderr.write(said_of(rows) + "\n")
        sys.stderr.flush()


def said_of(rows: Sequence[dict[str, Any]]) -> str:
    """One line on what these estimates sum up to."""

    def total(name: str) -> float:
        return sum(row[name] or 0.0 for row in rows)

    is_priced = all(row["cost_usd"] is not None for row in rows)
    cost = (
        f"{total('cost_usd'):.4f} USD ({total('cost_usd_low'):.4f} to "
        f"{total('cost_usd_high'):.4f}; {total('batch_usd'):.4f} in batches)"
        if is_priced
        else "a price that is not known (seed model_prices)"
    )
    return (
        f"to ask ({', '.join(dict.fromkeys(row['role'] for row in rows))}): about "
        f"{total('n_questions'):,.0f} questions in {total('n_calls'):,.0f} calls, "
        f"{total('n_tokens'):,.0f} tokens ({total('n_tokens_low'):,.0f} to "
        f"{total('n_tokens_high'):,.0f}), {cost}, {in_words(60 * total('minutes'))}"
    )


def _estimate(
    reader: duckdb.DuckDBPyConnection,
    settings: Runtime,
    endpoint: Endpoint,
    prices: ModelPrices,
    work: Work,
    speed: Speed | None,
) -> dict[str, Any]:
    """The columns of `llm_estimates` that are figures; `speed` is of an embedded model."""
    history = History.of(reader, work.role, endpoint.model)
    repeats = Range(*_REPEATS)
    if history.is_enough:
        repeats = Range(1.0, history.repeats, 1.0 + 2 * (history.repeats - 1.0) + MARGIN)
    calls = work.n_calls * repeats
    prompt = _prompt_tokens(history, work) * repeats
    written = _written_tokens(reader, history, work) * repeats
    cached = Range(*_CACHED_SHARE)
    if history.is_enough:
        share = history.cached_share
        cached = Range(min(share + 0.2, 1.0), share, max(share - 0.2, 0.0))
    usages = [
        TokenUsage(round(p), round(p * c), round(w))
        for p, c, w in zip(prompt.values, cached.values, written.values, strict=True)
    ]
    goes_in_batches = work.role in settings.batch_roles
    costs = [(prices.in_batches if goes_in_batches else prices).cost_usd(u) for u in usages]
    if goes_in_batches:
        minutes = Range(*_BATCH_MINUTES)
    elif speed is None:
        minutes = _minutes(history, calls, endpoint, settings)
    else:
        read_and_written = zip(prompt.values, cached.values, written.values, strict=True)
        minutes = Range(*(speed.seconds(p * (1 - c), w) / 60 for p, c, w in read_and_written))
    figures: dict[str, Any] = {
        "n_questions": round(work.n_questions.expected),
        "prompt_tokens": round(prompt.expected),
        "cached_tokens": round(prompt.expected * cached.expected),
        "completion_tokens": round(written.expected),
        "batch_usd": prices.in_batches.cost_usd(usages[1]),
    }
    for name, values in (
        ("n_calls", [math.floor(calls.low), round(calls.expected), math.ceil(calls.high)]),
        ("n_tokens", [round(value) for value in (prompt + written).values]),
        ("cost_usd", costs),
        ("minutes", list(minutes.values)),
    ):
        figures |= {f"{name}_low": values[0], name: values[1], f"{name}_high": values[2]}
    return figures


def _prompt_tokens(history: History, work: Work) -> Range:
    sizes = [prompt_size(pack.messages) for pack in work.packs]
    n_bytes = [float(size.n_bytes) for size in sizes] or [0.0]
    sd = statistics.stdev(n_bytes) if len(n_bytes) > 1 else 0.0
    total = range_of(statistics.fmean(n_bytes), sd, len(n_bytes), work.n_calls)
    if history.is_enough and history.tokens_a_byte is not None:
        # Of calls with an image, the bytes of their text tell the tokens of both.
        per_byte = history.tokens_a_byte
        error = 2 * history.tokens_a_byte_sd / math.sqrt(history.n)
        return total * Range(max(per_byte - error, 0.0), per_byte, per_byte + error)
    images = statistics.fmean([size.n_images for size in sizes] or [0])
    n_images = Range(*(n * images for n in work.n_calls.values))
    return total * Range(*_TOKENS_A_BYTE) + n_images * Range(*_TOKENS_AN_IMAGE)


def _written_tokens(reader: duckdb.DuckDBPyConnection, history: History, work: Work) -> Range:
    if history.is_enough and history.written is not None:
        return range_of(history.written, history.written_sd, history.n, work.n_questions)
    n_asked = sum(len(pack.questions) for pack in work.packs) or 1
    room = sum(pack.max_tokens for pack in work.packs) / n_asked
    longest = [
        pack.without_logprobs().max_tokens if pack.without_logprobs else pack.max_tokens
        for pack in work.packs
    ]
    low, expected, high = _WRITTEN_SHARE
    least = Range(max(low * room, 1.0), max(expected * room, 1.0), high * sum(longest) / n_asked)
    others = reader.execute(
        "select count(*), avg(completion_tokens / len(question_keys)) from ledger.main.llm_calls "
        "where role = ? and status = 'ok' and completion_tokens is not null",
        [work.role],
    ).fetchall()[0]
    if others[0] >= LEAST_CALLS:  # of other models
        least = Range(least.low, others[1], max(least.high, others[1]))
    return work.n_questions * least


def _minutes(history: History, calls: Range, endpoint: Endpoint, settings: Runtime) -> Range:
    seconds = Range(*(_EMBEDDED_S if endpoint.is_embedded else _HOSTED_S))
    if history.is_enough and history.seconds is not None:
        spread = 2 * history.seconds_sd / math.sqrt(history.n) + 0.25 * history.seconds
        mean = history.seconds
        seconds = Range(max(mean - spread, 0.0), mean, mean + spread)
    at_once = concurrency(endpoint, settings)
    minutes = [
        max(
            n * s / min(at_once, max(n, 1.0)) / 60,
            n / settings.requests_per_minute if settings.requests_per_minute else 0.0,
        )
        for n, s in zip(calls.values, seconds.values, strict=True)
    ]
    return Range(*minutes)
