"""What the ledger says of batches that are not collected, and of their calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from python_udfs.llm.batch_lines import Arrived, wire_without_line
from python_udfs.llm.endpoints import Endpoint, address_of
from python_udfs.llm.wire import Wire
from python_udfs.settings import Environment, Runtime

__all__ = ["Batch", "arrived_of", "open_batches", "roles_in_batches"]


@dataclass(frozen=True)
class Batch:
    """A batch that is not collected."""

    key: str
    batch_id: str | None
    input_file_id: str | None
    output_file_id: str | None
    error_file_id: str | None
    status: str
    said: str | None
    n_requests: int
    n_completed: int | None
    n_done: int | None
    created_at: dt.datetime
    n_questions: int


def open_batches(
    reader: duckdb.DuckDBPyConnection, endpoint: Endpoint, roles: Sequence[str]
) -> list[Batch]:
    """Return the batches of some roles at an endpoint, the oldest first."""
    rows = reader.execute(
        """
        select batch_key, batch_id, input_file_id, output_file_id, error_file_id,
            batches.status, said,
            n_requests, n_completed,
            coalesce(n_completed + n_failed, if(batches.status = 'completed', n_requests, null)),
            created_at,
            coalesce(sum(len(calls.question_keys)) filter (calls.status = 'sent'), 0)
        from (from ledger.main.llm_batches where collected_at is null) as batches
        inner join ledger.main.llm_calls as calls using (batch_key)
        where batches.model = ? and batches.base_url = ?
        group by all
        having bool_or(list_contains(?, calls.role))
        order by created_at, batch_key
        """,
        [endpoint.model, endpoint.base_url, list(roles)],
    )
    return [Batch(*row) for row in rows.fetchall()]


def roles_in_batches(
    reader: duckdb.DuckDBPyConnection, settings: Runtime, environment: Environment
) -> dict[str, str]:
    """Return the roles with batches to collect, though nothing may be pending, and their models.

    Only those of the address that a role has now: others wait until it is set again.
    """
    rows = reader.execute(
        "select distinct on (calls.role) calls.role, batches.model, batches.base_url "
        "from ledger.main.llm_batches as batches "
        "inner join ledger.main.llm_calls as calls using (batch_key) "
        "where batches.collected_at is null order by calls.role, batches.created_at"
    )
    return {
        role: model
        for role, model, url in rows.fetchall()
        if address_of(role, settings, environment) == url
    }


def arrived_of(
    reader: duckdb.DuckDBPyConnection, batch: Batch, replies: Mapping[str, Wire]
) -> dict[str, Arrived]:
    """Return what came back for each call of an ended batch that is not settled yet, by call."""
    found = reader.execute(
        "select call_id, role, question_keys, reserved_usd, reserved_tokens, started_at, "
        "invocation_id from ledger.main.llm_calls where batch_key = ? and status = 'sent' "
        "order by call_id",
        [batch.key],
    )
    names = [column[0] for column in found.description]
    calls = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    missing = wire_without_line(batch.status, batch.said or "")
    return {c["call_id"]: Arrived(c, replies.get(c["call_id"], missing)) for c in calls}
