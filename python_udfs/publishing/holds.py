"""Rollbacks: an older version is served again, and publication is held until it is resumed.

Without a hold the next build would publish the same features again. Both events are in the
ledger, so that the history knows what was served when.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb

from python_udfs.errors import PublicationError
from python_udfs.publishing.folder import PublishedFolder

__all__ = ["Hold", "current_hold", "resume", "roll_back"]


@dataclass(frozen=True)
class Hold:
    """The version that is served until publication is resumed, and since when (UTC)."""

    version: str
    since: dt.datetime


def current_hold(cursor: duckdb.DuckDBPyConnection) -> Hold | None:
    """Return the active hold from `ledger.main.publication_events`, or None."""
    rows = cursor.execute(
        "select event, version, occurred_at from ledger.main.publication_events "
        "order by occurred_at desc limit 1"
    ).fetchall()
    return Hold(*rows[0][1:]) if rows and rows[0][0] == "rollback" else None


def roll_back(
    cursor: duckdb.DuckDBPyConnection,
    folder: PublishedFolder,
    version: str | None,
    now: dt.datetime,
) -> str:
    """Serve `version` (None: the one before the current one) and hold publication; return it.

    The ledger is written first: if this is killed before the switch, the next build switches.
    Raises PublicationError if there is no such version.
    """
    kept = folder.versions()
    current = folder.current()
    if version is None:
        earlier = [name for name in kept if current is not None and name < current.version]
        if not earlier:
            raise PublicationError(
                f"{folder.root} has no version before the current one; nothing was changed"
            )
        version = earlier[-1]
    if version not in kept:
        raise PublicationError(
            f"{folder.root} has no version {version}; kept versions: {', '.join(kept) or 'none'}"
        )
    _record(cursor, "rollback", version, now)
    folder.switch(version)
    return version


def resume(cursor: duckdb.DuckDBPyConnection, now: dt.datetime) -> None:
    """Let the next build publish again; raises PublicationError if nothing is held."""
    hold = current_hold(cursor)
    if hold is None:
        raise PublicationError("publication is not held: there is nothing to resume")
    _record(cursor, "resume", hold.version, now)


def _record(cursor: duckdb.DuckDBPyConnection, event: str, version: str, now: dt.datetime) -> None:
    cursor.execute(
        """
        insert into ledger.main.publication_events (event, version, occurred_at)
        select $event, $version, greatest(
            $now,
            (select max(occurred_at) + interval 1 millisecond from ledger.main.publication_events),
            (select max(published_at) + interval 1 millisecond from ledger.main.publications)
        )
        """,
        {"event": event, "version": version, "now": now},
    )
