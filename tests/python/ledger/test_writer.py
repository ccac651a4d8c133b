"""The ledger's writer: atomic, and durable before it returns to the caller."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import duckdb
import pytest

from python_udfs.errors import LedgerError, TagsmithError
from python_udfs.ledger.writer import LedgerWriter, Row


def found(key: str, **values: Any) -> Row:
    return ("search_results", {"search_key": key, "status": "ok", **values})


def keys(ledger: duckdb.DuckDBPyConnection) -> list[str]:
    rows = ledger.execute("select search_key from ledger.search_results order by 1").fetchall()
    return [key for (key,) in rows]


def test_rows_stand_when_write_returns(ledger: duckdb.DuckDBPyConnection) -> None:
    with LedgerWriter(ledger.cursor()) as writer:
        writer.write([found("a"), found("b")])
        assert keys(ledger) == ["a", "b"]


def test_rows_of_several_tables_and_shapes_go_together(ledger: duckdb.DuckDBPyConnection) -> None:
    call: Row = ("llm_calls", {"call_id": "c", "question_keys": ["q1", "q2"]})
    answer: Row = ("llm_answers", {"question_key": "q1", "call_id": "c", "answer": "[]"})
    other: Row = ("llm_answers", {"question_key": "q2", "status": "quarantined"})
    with LedgerWriter(ledger.cursor()) as writer:
        writer.write([call, answer, other])
    assert ledger.execute("select question_keys from ledger.llm_calls").fetchall() == [
        (["q1", "q2"],)
    ]
    assert ledger.execute(
        "select question_key, call_id, answer, status from ledger.llm_answers order by 1"
    ).fetchall() == [("q1", "c", "[]", None), ("q2", None, None, "quarantined")]


def test_a_key_that_stands_is_left_as_it_is(ledger: duckdb.DuckDBPyConnection) -> None:
    with LedgerWriter(ledger.cursor()) as writer:
        writer.write([found("a", query="first")])
        writer.write([found("a", query="second"), found("b")])
    rows = ledger.execute("select search_key, query from ledger.search_results order by 1")
    assert rows.fetchall() == [("a", "first"), ("b", None)]


def test_an_answer_is_never_replaced_but_a_quarantined_one(
    ledger: duckdb.DuckDBPyConnection,
) -> None:
    def answer(key: str, status: str, call: str) -> Row:
        return ("llm_answers", {"question_key": key, "status": status, "call_id": call})

    with LedgerWriter(ledger.cursor()) as writer:
        writer.write([answer("a", "answered", "1"), answer("b", "quarantined", "1")])
        writer.write([answer("a", "quarantined", "2"), answer("b", "answered", "2")])
        writer.write([answer("b", "quarantined", "3")])
    rows = ledger.execute("select question_key, status, call_id from ledger.llm_answers order by 1")
    assert rows.fetchall() == [("a", "answered", "1"), ("b", "answered", "2")]


def test_a_call_that_was_sent_is_settled_once(ledger: duckdb.DuckDBPyConnection) -> None:
    def call(status: str, cost: float | None) -> Row:
        return (
            "llm_calls",
            {"call_id": "a", "question_keys": ["q"], "status": status, "cost_usd": cost},
        )

    with LedgerWriter(ledger.cursor()) as writer:
        for status, cost in (("sent", None), ("ok", 0.25), ("unknown", None)):
            writer.write([call(status, cost)])
    rows = ledger.execute("select call_id, question_keys, status, cost_usd from ledger.llm_calls")
    assert rows.fetchall() == [("a", ["q"], "ok", 0.25)]


def test_a_batch_takes_the_columns_of_its_next_row(ledger: duckdb.DuckDBPyConnection) -> None:
    with LedgerWriter(ledger.cursor()) as writer:
        for columns in ({"status": "prepared", "role": "text"}, {"status": "uploaded"}):
            writer.write([("llm_batches", {"batch_key": "b", **columns})])
    rows = ledger.execute("select batch_key, status, role from ledger.llm_batches")
    assert rows.fetchall() == [("b", "uploaded", "text")]


def test_a_full_disk_says_what_to_do(ledger: duckdb.DuckDBPyConnection) -> None:
    cursor = CountingCursor(ledger.cursor(), full=True)
    with LedgerWriter(cursor) as writer:  # type: ignore[arg-type]
        with pytest.raises(LedgerError, match=r"No space left.*make room"):
            writer.write([found("a")])
        cursor.full = False
        writer.write([found("b")])
    assert keys(ledger) == ["b"]


def test_many_callers_share_commits_and_lose_nothing(ledger: duckdb.DuckDBPyConnection) -> None:
    cursor = CountingCursor(ledger.cursor())
    start = threading.Barrier(16)

    def write(n: int) -> None:
        if n < 16:
            start.wait()
        writer.write([found(f"{n:03}")])

    with LedgerWriter(cursor) as writer, ThreadPoolExecutor(16) as pool:  # type: ignore[arg-type]
        list(pool.map(write, range(200)))
    assert keys(ledger) == [f"{n:03}" for n in range(200)]
    assert cursor.n_commits < 200


def test_a_commit_waits_for_as_many_as_the_one_before(
    ledger: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("python_udfs.ledger.writer._MOST_STEPS", 10_000)
    cursor = CountingCursor(ledger.cursor())
    with LedgerWriter(cursor) as writer, ThreadPoolExecutor(2) as pool:  # type: ignore[arg-type]
        with cursor.is_held:
            first = pool.submit(writer.write, [found("a")])
            while cursor.n_commits == 0:
                time.sleep(0.001)
            second = pool.submit(writer.write, [found("b")])
            third = threading.Thread(target=writer.write, args=([found("c")],))
            third.start()
            while writer._queue.qsize() < 2:
                time.sleep(0.001)
        first.result()
        second.result()
        third.join()
        fourth = pool.submit(writer.write, [found("d")])
        assert wait([fourth], 0.05).not_done
        writer.write([found("e")])
        fourth.result()
    assert keys(ledger) == ["a", "b", "c", "d", "e"]
    assert cursor.n_commits == 3


def test_an_error_reaches_its_caller_and_nothing_of_it_stays(
    ledger: duckdb.DuckDBPyConnection,
) -> None:
    with LedgerWriter(ledger.cursor()) as writer:
        with pytest.raises(duckdb.Error, match="no_such_column"):
            writer.write([found("a"), ("llm_calls", {"call_id": "c", "no_such_column": 1})])
        assert keys(ledger) == []
        writer.write([found("b")])
    assert keys(ledger) == ["b"]


def test_half_of_a_surrogate_pair_costs_no_row(ledger: duckdb.DuckDBPyConnection) -> None:
    table, broken = found("a")
    with LedgerWriter(ledger.cursor()) as writer:
        writer.write([(table, {**broken, "passages": "bad \ud83d"}), found("b")])
    assert keys(ledger) == ["a", "b"]
    rows = ledger.execute(f"select passages from ledger.{table} where passages like 'bad%'")
    assert rows.fetchall() == [("bad ?",)]


def test_a_closed_writer_says_so(ledger: duckdb.DuckDBPyConnection) -> None:
    writer = LedgerWriter(ledger.cursor())
    writer.close()
    with pytest.raises(TagsmithError, match="closed"):
        writer.write([found("a")])
    assert keys(ledger) == []


def test_leaving_by_an_error_still_closes(ledger: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(KeyError), LedgerWriter(ledger.cursor()) as writer:
        writer.write([found("a")])
        raise KeyError("a bug")
    assert keys(ledger) == ["a"]
    assert not any(thread.name == "ledger-writer" for thread in threading.enumerate())


def test_what_was_written_is_in_the_file_before_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    connection = duckdb.connect()
    connection.execute(f"attach '{path}' as ledger")
    connection.execute(
        "create table ledger.search_results (search_key varchar primary key, status varchar)"
    )
    with LedgerWriter(connection.cursor()) as writer:
        writer.write([found("a")])
        copied = tmp_path / "copy.duckdb"
        copied.write_bytes(path.read_bytes())
        copied.with_suffix(".duckdb.wal").write_bytes(path.with_suffix(".duckdb.wal").read_bytes())
    with duckdb.connect(copied) as copy:
        assert copy.execute("select search_key from search_results").fetchall() == [("a",)]
    connection.close()


class CountingCursor:
    """A cursor that counts commits, waits while `is_held`, and refuses them on a `full` disk."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, *, full: bool = False) -> None:
        self.n_commits = 0
        self.full = full
        self.is_held = threading.Lock()
        self._cursor = cursor
        self.close: Callable[[], None] = cursor.close
        self.register: Callable[..., Any] = cursor.register
        self.unregister: Callable[..., Any] = cursor.unregister

    def execute(self, sql: str, values: list[Any] | None = None) -> None:
        if sql == "commit":
            self.n_commits += 1
            with self.is_held:
                pass
        if self.full and sql == "commit":
            self._cursor.execute("rollback")
            raise duckdb.IOException("No space left on device")
        self._cursor.execute(sql, values) if values else self._cursor.execute(sql)
