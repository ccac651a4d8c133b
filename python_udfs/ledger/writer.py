"""Durable, grouped writes into the ledger's database while a dbt model runs.

One writer belongs to one Python model: dbt closes a model's session, and every cursor made from
it, when the model ends. A thread collects waiting submissions (at most 500) into one transaction
with one Arrow insert per table, and releases the submitters only after the commit, so an answer is
durable when its caller returns. A commit costs about the same for one row as for a hundred, so
where many callers write, the thread waits a little for them to share it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Self

import duckdb
import pyarrow as pa

from python_udfs.errors import LedgerError, TagsmithError

__all__ = ["LedgerWriter", "Row"]

Row = tuple[str, dict[str, Any]]
"""A table's name and its values by column."""

_MOST_A_COMMIT = 500
# A commit waits until as many submissions are there as the last one took, in steps, but no longer
# than this: a caller that writes alone never waits.
_STEP_S, _MOST_STEPS = 0.005, 6
_INCOMING = "ledger_writer_rows"
# Columns of a call that never change: DuckDB cannot update a list of an indexed row in place, and
# a call in a batch is of the run that sent it.
_OF_THE_REQUEST = {"call_id", "question_keys", "invocation_id"}


class LedgerWriter:
    """Appends rows to tables of the attached database `schema`; a context manager.

    `cursor` must be the writer's own (`session.cursor()`); nobody else may use it.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection, schema: str = "ledger.main") -> None:
        self._cursor = cursor
        self._schema = schema
        self._queue: queue.SimpleQueue[tuple[Sequence[Row], Future[None]] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def write(self, rows: Sequence[Row]) -> None:
        """Return when all `rows` are committed together; raises the database's error.

        A row whose primary key exists changes nothing, but for three: a call that was sent is
        settled by its next row, a batch takes the columns of its next row, and a quarantined answer
        is replaced if the question was asked again (`retry_quarantined`).
        """
        if not self._thread.is_alive():
            raise TagsmithError("the ledger's writer is closed; nothing was written")
        future: Future[None] = Future()
        self._queue.put((rows, future))
        future.result()

    def close(self) -> None:
        """Write waiting rows, then end the thread and close the cursor."""
        self._queue.put(None)
        self._thread.join()
        self._cursor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        is_open, n_before = True, 1
        while is_open:
            taken = [self._queue.get()]
            for _ in range(_MOST_STEPS):
                if taken[0] is None or self._queue.qsize() + 1 >= n_before:
                    break
                time.sleep(_STEP_S)
            while len(taken) < _MOST_A_COMMIT and not self._queue.empty():
                taken.append(self._queue.get())
            n_before = len(taken)
            submissions = [entry for entry in taken if entry is not None]
            is_open = len(submissions) == len(taken)
            try:
                self._commit([row for rows, _ in submissions for row in rows])
            except BaseException as error:
                for _, future in submissions:
                    future.set_exception(error)
            else:
                for _, future in submissions:
                    future.set_result(None)

    def _commit(self, rows: Sequence[Row]) -> None:
        by_table: dict[tuple[str, frozenset[str]], list[dict[str, Any]]] = defaultdict(list)
        for table, values in rows:
            by_table[table, frozenset(values)].append(values)
        if not by_table:
            return
        self._cursor.execute("begin")
        try:
            for (table, _), group in by_table.items():
                self._insert(table, group)
            self._cursor.execute("commit")
        except BaseException as error:
            # A full disk may have ended the transaction already.
            with suppress(duckdb.Error):
                self._cursor.execute("rollback")
            if isinstance(error, duckdb.IOException | duckdb.TransactionException):
                raise LedgerError(
                    f"the ledger cannot be written ({error}); make room on its disk and build "
                    "again, all answers that it has are kept"
                ) from error
            raise

    def _insert(self, table: str, group: Sequence[dict[str, Any]]) -> None:
        columns = list(group[0])
        names = ", ".join(columns)
        self._cursor.register(_INCOMING, _table(group))
        self._cursor.execute(
            f"insert into {self._schema}.{table} ({names}) "
            f"select {names} from {_INCOMING} {_on_conflict(table, columns)}"
        )
        self._cursor.unregister(_INCOMING)


def _table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """The rows; half of a surrogate pair, which JSON can escape and UTF-8 cannot hold, as "?"."""
    try:
        return pa.Table.from_pylist(rows)
    except UnicodeEncodeError:
        return pa.Table.from_pylist([
            {
                name: value.encode(errors="replace").decode() if isinstance(value, str) else value
                for name, value in row.items()
            }
            for row in rows
        ])  # fmt: skip


def _on_conflict(table: str, columns: Sequence[str]) -> str:
    match table:
        case "llm_calls":
            key, kept, where = "call_id", _OF_THE_REQUEST, "where llm_calls.status = 'sent'"
        case "llm_batches":
            key, kept, where = "batch_key", {"batch_key"}, ""
        case "llm_answers":
            key, kept = "question_key", {"question_key"}
            where = "where llm_answers.status = 'quarantined'"
        case _:
            return "on conflict do nothing"
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in kept)
    if not changes:
        return "on conflict do nothing"
    return f"on conflict ({key}) do update set {changes} {where}"
