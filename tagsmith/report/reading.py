"""Rows of a warehouse by SQL, with a plain sentence where a table is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from python_udfs.errors import InputError

__all__ = ["Row", "Warehouse"]

Row = dict[str, Any]

_BUILD = "run `make build`"
_HEADLINE_K = 10


@dataclass(frozen=True)
class Warehouse:
    """Reads by SQL; a table or column that is not there is an InputError with a remedy.

    `remedies` says what fills a table where a build alone does not, `relations` holds queries that
    others may read by name.
    """

    connection: duckdb.DuckDBPyConnection
    remedies: Mapping[str, str]
    relations: Mapping[str, str]

    def rows(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """Return the rows of `sql`, with its $names from `values`.

        InputError if a table that it reads is missing, lacks a column or has no row at all; no row
        of the query itself is an empty list.
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
        """Return the error that no table of `sql` has `column`."""
        tables = " or ".join(self._tables(self._with_relations(sql)))
        return InputError(f"The table {tables} has no column {column} (an older build): {_BUILD}.")

    def rows_or_none(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """Return what `rows` does, and no row where that would be an error."""
        try:
            return self.rows(sql, values)
        except InputError:
            return []

    def headline_k(self, table: str) -> int:
        """Return the k that charts show: 10, or the middle one where 10 was not asked for."""
        depths = [row["k"] for row in self.rows(f"select distinct k from {table} order by k")]
        return _HEADLINE_K if _HEADLINE_K in depths else depths[len(depths) // 2]

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
