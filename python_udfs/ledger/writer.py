"""Durable, grouped writes into the ledger's database while a dbt model runs.

One writer belongs to one Python model: dbt closes a model's session, and every cursor made from
it, when the model ends. A thread collects waiting submissions (at most 50) into one transaction
with one multi-row insert per table, and releases the submitters only after the commit, so an
answer is durable when its caller returns. One row per commit reaches some 300 durable rows a
second, fifty per commit nearly 6,000.
"""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

import duckdb

from python_udfs.errors import TagsmithError

__all__ = ["LedgerWriter", "Row"]

Row = tuple[str, dict[str, Any]]
"""A table's name and its values by column."""

_MOST_A_COMMIT = 50


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

        A row whose primary key exists changes nothing, except for a quarantined answer: if asked
        again (`retry_quarantined`), the new result replaces it.
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self) -> None:
        is_open = True
        while is_open:
            taken = [self._queue.get()]
            while len(taken) < _MOST_A_COMMIT and not self._queue.empty():
                taken.append(self._queue.get())
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
        by_table: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
        for table, values in rows:
            by_table[table, tuple(values)].append(values)
        if not by_table:
            return
        self._cursor.execute("begin")
        try:
            for (table, columns), group in by_table.items():
                one = f"({', '.join('?' * len(columns))})"
                self._cursor.execute(
                    f"insert into {self._schema}.{table} ({', '.join(columns)}) "
                    f"values {', '.join([one] * len(group))} {_on_conflict(table, columns)}",
                    [row[column] for row in group for column in columns],
                )
            self._cursor.execute("commit")
        except BaseException:
            self._cursor.execute("rollback")
            raise


def _on_conflict(table: str, columns: Sequence[str]) -> str:
    if table != "llm_answers":
        return "on conflict do nothing"
    others = [column for column in columns if column != "question_key"]
    changes = ", ".join(f"{column} = excluded.{column}" for column in others)
    return (
        f"on conflict (question_key) do update set {changes} "
        "where llm_answers.status = 'quarantined'"
    )
