"""Publishes the tables of a build if their content is new; the ledger knows every version."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from python_udfs.ledger.writer import LedgerWriter
from python_udfs.llm.recorder import utc_now
from python_udfs.publishing.content import content_hash
from python_udfs.publishing.folder import PublishedFolder, Version
from python_udfs.settings import Settings

__all__ = ["publish"]

_log = logging.getLogger(__name__)
_FIELDS = "version, content_hash, n_items, n_tags, pipeline_version, published_at"


def publish(
    session: duckdb.DuckDBPyConnection,
    settings: Settings,
    invocation_id: str,
    tables: Mapping[str, str],
    is_tested: bool,
    now: Callable[[], dt.datetime] = utc_now,
) -> duckdb.DuckDBPyRelation:
    """Publish `tables` (SQL by name) and return a relation with a row for each version known.

    `tables` holds at least item_features and item_tags. Nothing is written if the run is empty,
    if `is_tested` is false, or if the newest version holds the same content. Columns of the
    result: version, content_hash, n_items, n_tags, pipeline_version, published_at (UTC), path,
    is_current (the newest), is_of_this_build (its content is that of `tables`).

    Raises PublicationError; `current` is whole then, and names the version that it named before.
    """
    cursor = session.cursor()
    found = "" if settings.is_empty else content_hash(cursor, tables)
    if not settings.is_empty and is_tested:
        folder = PublishedFolder(Path(settings.publish_dir))
        with LedgerWriter(session.cursor()) as writer:
            _bring_up_to_date(
                cursor, folder, writer, found, tables, settings.pipeline_version, invocation_id, now
            )
        folder.prune(settings.published_versions_kept)
    elif not settings.is_empty and not _is_newest(cursor, found):
        _log.warning("features changed but were not published: only `dbt build` runs the gates")
    return session.cursor().sql(
        """
        select version, content_hash, n_items, n_tags, pipeline_version, published_at, path,
            published_at = max(published_at) over () as is_current,
            is_current and content_hash = ? as is_of_this_build
        from ledger.main.publications
        order by published_at
        """,
        params=[found],
    )


def _bring_up_to_date(
    cursor: duckdb.DuckDBPyConnection,
    folder: PublishedFolder,
    writer: LedgerWriter,
    found: str,
    tables: Mapping[str, str],
    pipeline_version: str,
    invocation_id: str,
    now: Callable[[], dt.datetime],
) -> None:
    def record(version: Version) -> None:
        row = {name: getattr(version, name) for name in _FIELDS.split(", ")}
        row["published_at"] = dt.datetime.fromisoformat(version.published_at)
        row |= {"path": str(folder.root / version.version), "invocation_id": invocation_id}
        writer.write([("publications", row)])

    served = folder.current()
    if served is not None:
        # Known already, unless a build was killed between the switch and this row.
        record(served)
    newest = _newest(cursor)
    if newest is not None and newest.content_hash == found:
        if served != newest:
            # The folder was lost or is another one: the same version is written again.
            folder.publish(newest, cursor, tables)
        return
    published_at = now()
    if newest is not None:
        # Strictly later, since the history's intervals begin at these times.
        least = dt.datetime.fromisoformat(newest.published_at) + dt.timedelta(milliseconds=1)
        published_at = max(published_at, least)
    version = Version(
        version=f"{published_at:%Y%m%dT%H%M%S}{published_at.microsecond // 1000:03d}Z-{found[:8]}",
        content_hash=found,
        n_items=_count(cursor, tables["item_features"]),
        n_tags=_count(cursor, tables["item_tags"]),
        pipeline_version=pipeline_version,
        published_at=published_at.isoformat(),
    )
    folder.publish(version, cursor, tables)
    record(version)


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
