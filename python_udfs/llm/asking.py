"""Ask the pending questions of one role through its endpoint; answers go to the ledger."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import duckdb

from python_udfs.errors import BudgetError
from python_udfs.ledger.writer import LedgerWriter
from python_udfs.llm.batch_run import Packs
from python_udfs.llm.calls import Answer
from python_udfs.llm.endpoints import resolve_endpoint
from python_udfs.llm.outcome import Outcome
from python_udfs.llm.recorder import Recorder
from python_udfs.llm.role_run import RoleRun
from python_udfs.llm.run_state import state_of_run
from python_udfs.settings import Environment, Runtime

__all__ = ["ask", "in_turns", "pending_questions_sql", "read_answers", "stream"]

_log = logging.getLogger(__name__)
_FETCH_ROWS = 2000
# The calls of batches that are not settled, by question.
_FLIGHTS = """
    select question_key, max(call_id) as flight, arg_max(batch_key, call_id) as batch_key
    from (
        select unnest(question_keys) as question_key, call_id, batch_key
        from ledger.main.llm_calls where status = 'sent' and batch_key is not null
    )
    group by question_key
"""


def pending_questions_sql(
    questions_sql: str, *, retry_quarantined: bool, first: str = "item_id"
) -> str:
    """SQL of the rows of `questions_sql` (by question_key) without an answer in the ledger.

    Of rows with the same question, the first in the order `first` (SQL) is kept. Columns beside
    those of the questions: flight and batch_key, the call that asks it in a batch, else null.
    """
    settled = "where status = 'answered'" if retry_quarantined else ""
    return (
        "select questions.*, flights.flight, flights.batch_key "
        f"from ({questions_sql}) as questions "
        f"anti join (select question_key from ledger.main.llm_answers {settled}) as settled "
        f"using (question_key) left join ({_FLIGHTS}) as flights using (question_key) "
        # Items with the same text share their questions; the first of them asks.
        f"qualify row_number() over (partition by question_key order by {first}) = 1"
    )


def read_answers(
    session: duckdb.DuckDBPyConnection,
    questions_sql: str,
    columns: str,
    answer: str = "answers.answer",
    *,
    role: str,
    invocation_id: str,
) -> duckdb.DuckDBPyRelation:
    """Return one row per row of `questions_sql`, with its current answer in the ledger.

    Columns: `columns` of the questions, call_id, status (answered, quarantined, pending, or
    not_attempted if a budget of this run left it out), error_class, the SQL `answer`, answered_at,
    is_in_batch. `role` is the SQL of a question's role.
    """
    run = invocation_id.replace("'", "''")
    return session.cursor().sql(
        f"""
        select {columns}, answers.call_id,
            case
                when answers.status is not null then answers.status
                when flights.flight is null and {role} in (
                        select role from ledger.main.llm_budget_stops
                        where invocation_id = '{run}'
                    )
                    and questions.question_key not in (
                        select unnest(question_keys) from ledger.main.llm_calls
                        where invocation_id = '{run}'
                    )
                    then 'not_attempted'
                else 'pending'
            end as status,
            answers.error_class, {answer}, answers.answered_at,
            answers.status is null and flights.flight is not null as is_in_batch
        from ({questions_sql}) as questions
        left join ledger.main.llm_answers as answers using (question_key)
        left join ({_FLIGHTS}) as flights using (question_key)
        """
    )


def in_turns(roles: Iterable[str], settings: Runtime) -> Iterator[tuple[str, bool]]:
    """Yield roles and whether to wait for their batches: all of these are sent first."""
    names = list(roles)
    together = [name for name in names if name in settings.batch_roles]
    if len(together) > 1:
        yield from ((name, False) for name in together)
    yield from ((name, True) for name in names)


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
    packs: Packs,
    n_questions: int,
    tell: Callable[[Sequence[Answer]], str | None] = lambda _: None,
    model: str | None = None,
    shared_by: Sequence[str] = (),
    *,
    waits: bool = True,
) -> Outcome:
    """Ask `packs` of `role`; returns when every answer is durable, or waits in a batch.

    `shared_by` are all roles of the packs where they are several. `tell` returns a progress line
    for durable answers, or None. `model` is that of an evaluator. Without `waits`, or without
    questions, batches are sent, and collected if they are ready. Raises EndpointError if the
    endpoint refuses every call or is away for too long, SettingError or ModelFileError if it cannot
    be used at all, BudgetError if a budget is spent and the run is to fail then. Answers that
    already arrived are kept. What the role's model cannot answer goes to its fallback, under the
    same keys; the call tells which one answered. A fallback at another address goes on where the
    endpoint would end the run.
    """
    endpoint = resolve_endpoint(role, settings, environment, model)
    reader = session.cursor()
    run = state_of_run(settings, reader, invocation_id)
    with LedgerWriter(session.cursor()) as writer:
        recorder = Recorder(writer, invocation_id, run.clock)
        roles = list(shared_by) or [role]
        asked = RoleRun(roles, settings, environment, run, reader, recorder, packs, n_questions)
        outcome = asked.ask(endpoint, tell, waits=waits and n_questions > 0)
        if outcome.budget:
            _note_budget(reader, recorder, settings, roles, outcome, n_questions)
    for kind, counts in (("quarantined", outcome.quarantined), ("pending", outcome.pending)):
        for error_class, count in sorted(counts.items()):
            if count:
                _log.warning("role %s: %d questions %s (%s)", role, count, kind, error_class)
    return outcome


def _note_budget(
    reader: duckdb.DuckDBPyConnection,
    recorder: Recorder,
    settings: Runtime,
    roles: Sequence[str],
    outcome: Outcome,
    n_questions: int,
) -> None:
    """Keep and say how many questions a budget left out, and what they would cost."""
    n_left = max(n_questions - outcome.n_settled, 0)
    expected = None
    if outcome.cost_usd is not None and outcome.n_settled:
        expected = n_left * outcome.cost_usd / outcome.n_settled
    else:  # nothing was asked before the budget was spent, or a price is unknown
        ((each,),) = reader.execute(
            "select sum(cost_usd) / nullif(sum(n_questions), 0) from ledger.main.llm_estimates "
            "where invocation_id = ? and list_contains(?, role)",
            [recorder.invocation_id, list(roles)],
        ).fetchall()
        expected = None if each is None else n_left * each
    for place, role in enumerate(roles):  # the first has the counts of all
        counts = (n_left, expected) if place == 0 else (0, 0.0)
        recorder.stopped(role, outcome.budget, *counts)
    cost = "" if expected is None else f", about {expected:.4f} USD"
    said = (
        f"role {', '.join(roles)}: {outcome.budget} is spent; {n_left:,} questions were not "
        f"attempted{cost}. Raise it, or build again when it has room: answers are kept"
    )
    if settings.when_budget_is_spent == "fail":
        raise BudgetError(said)
    _log.warning("%s", said)
