"""Tables of a warehouse as rows, with a plain sentence where one is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from python_udfs.errors import InputError

__all__ = ["Row", "Tables"]

Row = dict[str, Any]

_BUILD = "run `make build`"
_EVENTS = "name a file of events in TAGSMITH_EXPERIMENT_EVENTS, then run `make build`"
_TRUTH = (
    "name tags of people in TAGSMITH_MANUAL_TAGS, min_true_tags or more for an item, then run "
    "`make build`"
)
_LABELS = "judge pairs of item and tag in seeds/relevance_labels.csv, then run `make build`"
# What fills a table that was built and is empty, where a build alone does not.
_REMEDIES = {
    "experiment_metrics": _EVENTS,
    "experiment_checks": _EVENTS,
    "offline_metrics": _TRUTH,
    "system_differences": _TRUTH,
    "poster_contribution": _TRUTH,
    "score_reliability": _TRUTH,
    "score_calibration_error": _TRUTH,
    "judged_relevance": _LABELS,
    "label_agreement": _LABELS,
    "evaluator_quality": (
        "the evaluators are asked about control tags by "
        "`tagsmith evaluate --vars 'control_items: 20'`"
    ),
}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Tables:
    """Reads tables by name; a table or column that is not there is an InputError with a remedy."""

    connection: duckdb.DuckDBPyConnection

    def columns(self, table: str) -> frozenset[str]:
        """Return the columns of `table`, empty if the warehouse has no such table."""
        found = self.connection.execute(
            "select column_name from information_schema.columns "
            "where table_name = ? and table_schema = current_schema()",
            [table],
        ).fetchall()
        return frozenset(name for (name,) in found)

    def rows(
        self,
        table: str,
        columns: Sequence[str],
        *,
        where: str = "true",
        values: Sequence[object] = (),
    ) -> list[Row]:
        """Return `columns` of the rows that hold `where`, in the order of the columns.

        `where` is SQL of this package, with ? for each of `values`. InputError if the table is
        missing, lacks a column or has no row at all; no row under `where` is an empty list.
        """
        known = self.columns(table)
        if not known:
            raise InputError(f"The table {table} is not in this warehouse: {_BUILD}.")
        lacking = [column for column in columns if column not in known]
        if lacking:
            raise InputError(
                f"The table {table} has no column {lacking[0]} (an older build): {_BUILD}."
            )
        listed = ", ".join(map(_quoted, columns))
        found = self.connection.execute(
            f"select {listed} from {_quoted(table)} where {where} order by all", list(values)
        ).fetchall()
        if not found and not self._has_rows(table):
            raise InputError(f"The table {table} is empty: {_REMEDIES.get(table, _BUILD)}.")
        return [dict(zip(columns, row, strict=True)) for row in found]

    def rows_or_none(self, table: str, columns: Sequence[str], **how: Any) -> list[Row]:
        """Return what `rows` does, and no row where that would be an error."""
        try:
            return self.rows(table, columns, **how)
        except InputError:
            return []

    def setting(self, name: str) -> str | None:
        """Return a setting of the run, None where the warehouse does not hold it."""
        found = self.rows_or_none("run_settings", ("value",), where="name = ?", values=(name,))
        return found[0]["value"] if found else None

    def _has_rows(self, table: str) -> bool:
        return bool(self.connection.execute(f"select 1 from {_quoted(table)} limit 1").fetchall())
