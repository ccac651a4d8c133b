"""Records in the ledger when a version came online; cold-start times are measured from it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from feature_store.materialize import Materialized

__all__ = ["note"]

# Also in macros/ledger/create_ledger.sql; the first to run creates the table.
_TABLE = """
create table if not exists materializations (
    version varchar,
    online_store varchar,
    materialized_at timestamp,
    n_items bigint
)
"""


def note(
    ledger: Path, done: Materialized, online_store: str, now: dt.datetime, patience_s: float = 10
) -> bool:
    """Write one row for a run that loaded items; `now` is timezone-aware and stored as UTC.

    A version without a row gets one even if no item was loaded, to make up for a missed record.
    Returns False if another process holds the file for `patience_s` seconds.
    """
    retrying = Retrying(
        retry=retry_if_exception_type(duckdb.IOException),
        stop=stop_after_delay(patience_s),
        wait=wait_fixed(0.5),
    )
    try:
        retrying(_write, ledger, done, online_store, now.astimezone(dt.UTC).replace(tzinfo=None))
    except RetryError:
        return False
    return True


def _write(ledger: Path, done: Materialized, online_store: str, now: dt.datetime) -> None:
    with duckdb.connect(ledger) as connection:
        connection.execute(_TABLE)
        connection.execute(
            "insert into materializations select $version, $store, $now, $n_items "
            "where $n_items > 0 or not exists (from materializations "
            "where version = $version and online_store = $store)",
            {"version": done.version, "store": online_store, "now": now, "n_items": done.n_items},
        )
