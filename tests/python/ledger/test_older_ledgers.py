"""A ledger of an older version is read on, with its answers, and gets the columns that it lacks."""

from __future__ import annotations

import duckdb

from benchmarks.measured import ledger_tables
from python_udfs.ledger.writer import LedgerWriter


def test_a_ledger_without_reservations_gets_them_and_keeps_its_calls() -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as ledger")
        connection.execute(
            "create table ledger.main.llm_calls (call_id varchar primary key, role varchar, "
            "question_keys varchar[], status varchar, cost_usd double, started_at timestamp)"
        )
        connection.execute(
            "insert into ledger.main.llm_calls values ('old', 'text', ['q'], 'ok', 0.5, now())"
        )
        for _ in range(2):  # each run begins with it
            connection.execute(ledger_tables())
        with LedgerWriter(connection.cursor()) as writer:
            writer.write([("llm_calls", {"call_id": "new", "status": "sent", "reserved_usd": 0.1})])
        rows = connection.execute(
            "select call_id, coalesce(cost_usd, reserved_usd) from ledger.main.llm_calls "
            "order by call_id"
        ).fetchall()
        assert rows == [("new", 0.1), ("old", 0.5)]
