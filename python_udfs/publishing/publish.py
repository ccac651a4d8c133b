"""Publishes the tables of a build if their content is new; the ledger lists every version."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from python_udfs.ledger.writer import LedgerWriter
from python_udfs.llm.recorder import utc_now
from python_udfs.publishing.content import content_hash
from python_udfs.publishing.folder import PublishedFolder, Version
from python_udfs.publishing.holds import Hold, current_hold
from python_udfs.publishing.served import with_kept_rows
from python_udfs.settings import Settings

__all__ = ["publish"]

_log = logging.getLogger(__name__)
_FIELDS = "version, content_hash, n_items, n_tags, pipeline_version, published_at"


def publish(
    session: duckdb.DuckDBPyConnection,
    settings: Settings,
    invocation_id: str,
    tables: Mapping[str, str],
    prompts: Mapping[str, str],
    is_tested: bool,
    now: Callable[[], dt.datetime] = utc_now,
    kept: str = "",
) -> duckdb.DuckDBPyRelation:
    """Publish `tables` (SQL by name) and return a relation with one row per known version.

    `tables` has at least item_features and item_tags; `prompts` (hash by name) goes into the
    manifest; `is_tested` means that the run tests every gate; items of `kept` (SQL) stay as they
    are published. Nothing is published if the run is empty, `is_tested` is false or the newest
    version has the same content, or while a rollback holds publication. Columns of the result:
    version, content_hash, n_items, n_tags, pipeline_version, published_at (UTC), path,
    served_since (published_at, or the rollback that restored it), is_current (it is served),
    is_of_this_build (it is served, and its content equals `tables`).

    Raises PublicationError; `current` is then unchanged.
    """
    cursor = session.cursor()
    if kept and not settings.is_empty:
        tables = with_kept_rows(cursor, tables, kept, Path(settings.publish_dir))
    found = "" if settings.is_empty else content_hash(cursor, tables)
    hold = current_hold(cursor)
    if not settings.is_empty:
        folder = PublishedFolder(Path(settings.publish_dir))
        with LedgerWriter(session.cursor()) as writer:
            publication = _Publication(cursor, folder, writer, invocation_id)
            publication.record_served()
            if is_tested and hold is None:
                about = {
                    "invocation_id": invocation_id,
                    "catalogue": settings.catalogue,
                    "prompts": dict(prompts),
                }
                publication.bring_up_to_date(found, tables, settings.pipeline_version, about, now)
        if hold is not None:
            _keep(folder, hold)
        elif not is_tested and not _is_newest(cursor, found):
            _log.warning(
                "features changed but were not published: only a `dbt build` with every gate "
                "publishes (the table audit names one that was left out)"
            )
        if is_tested:
            folder.prune(settings.published_versions_kept)
    return session.cursor().sql(
        """
        with served as (
            select version, max(began_at) as served_since
            from (
                select version, published_at as began_at from ledger.main.publications
                union all
                select version, occurred_at from ledger.main.publication_events
                where event = 'rollback'
            )
            group by version
        )
        select version, content_hash, n_items, n_tags, pipeline_version, published_at, path,
            served_since,
            served_since = max(served_since) over () as is_current,
            is_current and content_hash = ? as is_of_this_build
        from ledger.main.publications
        inner join served using (version)
        order by published_at
        """,
        params=[found],
    )


def _keep(folder: PublishedFolder, hold: Hold) -> None:
    _log.warning(
        "publication is held at version %s since %s (a rollback): this build is not published; "
        "`make resume` lets the next one publish",
        hold.version,
        hold.since,
    )
    current = folder.current()
    if current is None or current.version != hold.version:
        folder.switch(hold.version)


class _Publication:
    """Updates folder and ledger to the content of this build."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        folder: PublishedFolder,
        writer: LedgerWriter,
        invocation_id: str,
    ) -> None:
        self._cursor = cursor
        self._folder = folder
        self._writer = writer
        self._invocation_id = invocation_id

    def record_served(self) -> None:
        """Record the served version, which a build killed after its switch did not."""
        served = self._folder.current()
        if served is not None:
            self._record(served)

    def bring_up_to_date(
        self,
        found: str,
        tables: Mapping[str, str],
        pipeline_version: str,
        about: Mapping[str, Any],
        now: Callable[[], dt.datetime],
    ) -> None:
        served = self._folder.current()
        newest = _newest(self._cursor)
        resumed = self._last_event()
        is_served = newest is not None and (resumed is None or resumed < newest.published_at)
        if newest is not None and newest.content_hash == found and is_served:
            if served != newest:
                # The folder is lost or new: write the same version again.
                self._folder.publish(newest, self._cursor, tables, about)
            return
        published_at = now()
        # Strictly increasing, since the history's intervals begin at these times.
        for earlier in (resumed, newest.published_at if newest is not None else None):
            if earlier is not None:
                least = dt.datetime.fromisoformat(earlier) + dt.timedelta(milliseconds=1)
                published_at = max(published_at, least)
        milliseconds = published_at.microsecond // 1000
        version = Version(
            version=f"{published_at:%Y%m%dT%H%M%S}{milliseconds:03d}Z-{found[:8]}",
            content_hash=found,
            n_items=_count(self._cursor, tables["item_features"]),
            n_tags=_count(self._cursor, tables["item_tags"]),
            pipeline_version=pipeline_version,
            published_at=published_at.isoformat(),
        )
        self._folder.publish(version, self._cursor, tables, about)
        self._record(version)

    def _record(self, version: Version) -> None:
        row = {name: getattr(version, name) for name in _FIELDS.split(", ")}
        row["published_at"] = dt.datetime.fromisoformat(version.published_at)
        row["path"] = str(self._folder.root / version.version)
        row["invocation_id"] = self._invocation_id
        self._writer.write([("publications", row)])

    def _last_event(self) -> str | None:
        ((at,),) = self._cursor.execute(
            "select max(occurred_at) from ledger.main.publication_events"
        ).fetchall()
        return None if at is None else str(at.isoformat())


def _newest(cursor: duckdb.DuckDBPyConnection) -> Version | None:
    rows = cursor.execute(
        f"select {_FIELDS} from ledger.main.publications order by published_at desc limit 1"
    ).fetchall()
    if not rows:
        return None
    fields = dict(zip(_FIELDS.split(", "), rows[0], strict=True))
    return Version(**fields | {"published_at": fields["published_at"].isoformat()})


def _is_newest(cursor: duckdb.DuckDBPyConnection, found: str) -> bool:
    newest = _newest(cursor)
    return newest is not None and newest.content_hash == found


def _count(cursor: duckdb.DuckDBPyConnection, sql: str) -> int:
    ((n_rows,),) = cursor.execute(f"select count(*) from ({sql})").fetchall()
    return int(n_rows)
