"""Rows of a warehouse by SQL, with a plain sentence for a missing table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from python_udfs.errors import InputError
from tagsmith.results import headline_k

__all__ = ["Row", "Warehouse"]

Row = dict[str, Any]

_BUILD = "run `make build`"


@dataclass(frozen=True)
class Warehouse:
    """Reads by SQL; a missing table or column raises an InputError with a remedy.

    `remedies` says how to fill a table that is empty after a build; `relations` holds queries that
    others may read by name.
    """

    connection: duckdb.DuckDBPyConnection
    remedies: Mapping[str, str]
    relations: Mapping[str, str]

    def rows(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """Return the rows of `sql`, with its $names from `values`.

        Raises InputError if a table that it reads is missing, lacks a column or is empty. A query
        without rows returns an empty list.
        """
        sql = self._with_relations(sql)
        for table in self._tables(sql):
            self._need_rows(table)
        known = {name: (values or {})[name] for name in re.findall(r"\$(\w+)", sql)}
        try:
            found = self.connection.execute(sql, known)
        except duckdb.BinderException as error:
            if lacking := re.search(r'[Cc]olumn (?:named )?"?(\w+)', str(error)):
                raise self.lacks(sql, lacking[1]) from error
            raise
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def lacks(self, sql: str, column: str) -> InputError:
        """Return the error for a `column` that no table of `sql` has."""
        tables = " or ".join(self._tables(self._with_relations(sql)))
        return InputError(f"The table {tables} has no column {column} (an older build): {_BUILD}.")

    def rows_or_none(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """Return the result of `rows`, or an empty list if it raises InputError."""
        try:
            return self.rows(sql, values)
        except InputError:
            return []

    def headline_k(self, table: str) -> int:
        """Return the k that charts show: 10, or the middle k if 10 is missing."""
        depths = [row["k"] for row in self.rows(f"select distinct k from {table} order by k")]
        return headline_k(depths)

    def _tables(self, sql: str) -> list[str]:
        # A literal may hold such words, too.
        found = re.findall(r"\b(?:from|join) ([a-z_]+)", re.sub("'[^']*'", "", sql))
        return [table for table in dict.fromkeys(found) if table not in self.relations]

    def _with_relations(self, sql: str) -> str:
        named: list[str] = []
        text = sql
        for name, query in reversed(list(self.relations.items())):
            if re.search(rf"\b{name}\b", text):
                named.insert(0, f"{name} as ({query})")
                text += query
        return f"with {', '.join(named)} {sql}" if named else sql

    def _need_rows(self, table: str) -> None:
        try:
            is_empty = not self.connection.execute(f"select 1 from {table} limit 1").fetchall()
        except duckdb.CatalogException as error:
            raise InputError(f"The table {table} is not in this warehouse: {_BUILD}.") from error
        if is_empty:
            raise InputError(f"The table {table} is empty: {self.remedies.get(table, _BUILD)}.")
