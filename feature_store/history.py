"""The published history: one row per item and version of its features, as parquet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from feature_store.contract import Contract
from feature_store.errors import HistoryError

__all__ = ["CREATED_AT", "VALID_FROM", "History", "Span"]

# dbt's snapshot columns: start of serving, and time of writing.
VALID_FROM = "dbt_valid_from"
CREATED_AT = "dbt_updated_at"
_OF_HISTORY = {
    "is_deleted": "BOOLEAN",
    "version": "VARCHAR",
    "pipeline_version": "VARCHAR",
    VALID_FROM: "TIMESTAMP",
    CREATED_AT: "TIMESTAMP",
    "dbt_valid_to": "TIMESTAMP",
}


@dataclass(frozen=True)
class Span:
    """Start times of the oldest and the newest row, and the newest one's version."""

    oldest: dt.datetime
    newest: dt.datetime
    version: str


class History:
    """The file `path`; every query opens it again, since a build replaces it by a rename.

    Times are UTC without zone, as in the file. Raises HistoryError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def demand(self, contract: Contract) -> None:
        """Fail unless the file has rows and the contract's columns and types."""
        found = {name: kind for name, kind, *_ in self.query("describe from history")}
        wanted = {column.name: column.parquet_type for column in contract.columns} | _OF_HISTORY
        for name, kind in wanted.items():
            if found.get(name) != kind:
                raise HistoryError(
                    f"{self.path}: column {name} is {found.get(name, 'missing')} where dbt's "
                    f"contract says {kind}; build again (`make build`) to publish it "
                    "by the current contract"
                )
        if not self.query("select 1 from history limit 1"):
            raise HistoryError(f"{self.path} has no rows; build and publish first (`make build`)")

    def span(self) -> Span:
        """Return the current range of the file, in one read."""
        ((oldest, newest, version),) = self.query(
            f"select min({VALID_FROM}), max({VALID_FROM}), max_by(version, {VALID_FROM}) "
            "from history"
        )
        return Span(oldest, newest, version)

    def pipeline_versions(self) -> list[str]:
        """Return the pipeline versions of all rows, newest last."""
        rows = self.query(
            "select pipeline_version from history where pipeline_version is not null "
            f"group by all order by max({VALID_FROM}), pipeline_version"
        )
        return [version for (version,) in rows]

    def item_ids(self, since: dt.datetime, until: dt.datetime) -> list[str]:
        """Return the items with a row that starts in [since, until], including removed ones."""
        rows = self.query(
            f"select distinct item_id from history where {VALID_FROM} between ? and ? order by all",
            since,
            until,
        )
        return [item_id for (item_id,) in rows]

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of `sql` over the table `history`."""
        try:
            with duckdb.connect() as connection:
                connection.read_parquet(str(self.path)).create_view("history")
                return connection.execute(sql, list(values)).fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise HistoryError(
                f"{self.path} cannot be read ({error}); build and publish first (`make build`), "
                "or set TAGSMITH_PUBLISH_DIR"
            ) from error
