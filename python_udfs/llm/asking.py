"""Ask the pending questions of one role through its endpoint; answers go to the ledger."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import duckdb

from python_udfs.ledger.writer import LedgerWriter
from python_udfs.llm.admission import Admission
from python_udfs.llm.calls import Answer, Pack
from python_udfs.llm.clients import concurrency, connect
from python_udfs.llm.endpoints import resolve_endpoint
from python_udfs.llm.pricing import Prices
from python_udfs.llm.recorder import Recorder
from python_udfs.llm.runner import Outcome, Runner
from python_udfs.llm.sender import Sender
from python_udfs.progress import Progress
from python_udfs.settings import Environment, Runtime

__all__ = ["ask", "pending_questions_sql", "read_answers", "stream"]

_log = logging.getLogger(__name__)
_FETCH_ROWS = 2000


def pending_questions_sql(
    questions_sql: str, *, retry_quarantined: bool, first: str = "item_id"
) -> str:
    """SQL of the rows of `questions_sql` (by question_key) without an answer in the ledger.

    Of rows with the same question, the first in the order `first` (SQL) is kept.
    """
    settled = "where status = 'answered'" if retry_quarantined else ""
    return (
        f"select questions.* from ({questions_sql}) as questions "
        f"anti join (select question_key from ledger.main.llm_answers {settled}) as settled "
        "using (question_key) "
        # Items with the same text share their questions; the first of them asks.
        f"qualify row_number() over (partition by question_key order by {first}) = 1"
    )


def read_answers(
    session: duckdb.DuckDBPyConnection,
    questions_sql: str,
    columns: str,
    answer: str = "answers.answer",
) -> duckdb.DuckDBPyRelation:
    """Return one row per row of `questions_sql`, with its current answer in the ledger.

    Columns: `columns` of the questions, call_id, status (answered, quarantined or pending),
    error_class, the SQL `answer`, answered_at.
    """
    return session.cursor().sql(
        f"""
        select {columns}, answers.call_id, coalesce(answers.status, 'pending') as status,
            answers.error_class, {answer}, answers.answered_at
        from ({questions_sql}) as questions
        left join ledger.main.llm_answers as answers using (question_key)
        """
    )


def stream(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a cursor, with a bounded number in memory."""
    while rows := cursor.fetchmany(_FETCH_ROWS):
        yield from rows


def ask(
    session: duckdb.DuckDBPyConnection,
    settings: Runtime,
    environment: Environment,
    invocation_id: str,
    role: str,
    packs: Iterable[Pack],
    n_questions: int,
    tell: Callable[[Sequence[Answer]], str | None] = lambda _: None,
    model: str | None = None,
) -> Outcome:
    """Ask `packs` of `role`; returns when every answer is durable.

    `tell` returns a progress line for durable answers, or None. `model` is that of an evaluator.
    Raises EndpointError if the endpoint refuses every call, SettingError or ModelFileError if it
    cannot be used at all. Answers that already arrived are kept.
    """
    endpoint = resolve_endpoint(role, settings, environment, model)
    with (
        LedgerWriter(session.cursor()) as writer,
        Progress(f"{role} ({endpoint.model})", n_questions) as progress,
    ):
        recorder = Recorder(writer, invocation_id)
        sender = Sender(
            endpoint,
            lambda: connect(endpoint, settings, environment),
            recorder,
            Prices(settings.llm_prices),
            settings.max_attempts,
        )
        admission = Admission(concurrency(endpoint, settings))
        outcome = Runner(admission, sender, recorder, progress, tell).run(packs)
    for kind, counts in (("quarantined", outcome.quarantined), ("pending", outcome.pending)):
        for error_class, count in sorted(counts.items()):
            if count:
                _log.warning("role %s: %d questions %s (%s)", role, count, kind, error_class)
    return outcome
