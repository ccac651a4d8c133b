"""What readers of `current` get, read back from the parquet that they read."""

from __future__ import annotations

from pathlib import Path

import duckdb

from python_udfs.publishing.folder import PublishedFolder

__all__ = ["current_features", "served_features"]

_CURRENT_COLUMNS = "item_id, tags"


def current_features(
    session: duckdb.DuckDBPyConnection, publish_dir: str, catalogue: str
) -> duckdb.DuckDBPyRelation:
    """Return item_id and tags (in rank order) of the version that `current` names now.

    No rows if there is none, or if it holds another `catalogue`: features of the sample are no
    measure for those of a catalogue of the user's own.
    """
    folder = PublishedFolder(Path(publish_dir))
    version = folder.current()
    if version is None or folder.catalogue() != catalogue:
        return session.sql("select '' as item_id, ['']::varchar[] as tags where false")
    file = folder.root / version.version / "item_features.parquet"
    return session.read_parquet(str(file)).project(_CURRENT_COLUMNS)


def served_features(
    session: duckdb.DuckDBPyConnection,
    features: str,
    publications: duckdb.DuckDBPyRelation,
    publish_dir: str,
) -> duckdb.DuckDBPyRelation:
    """Return the features of the served version, with its tombstones, version and time.

    `features` is SQL with the columns of item_features, which an older version may lack (null
    then). Tombstones have is_deleted true and no features. No rows if nothing is served.
    """
    served = publications.filter("is_current").project("version, served_since").fetchall()
    version, since = served[0] if served else (None, None)
    # `--empty` and a new publish_dir leave the ledger knowing a version whose files are not here.
    is_here = version in PublishedFolder(Path(publish_dir)).versions()
    files = {
        name: str(Path(publish_dir) / str(version) / f"{name}.parquet")
        for name in ("item_features", "item_tombstones")
    }
    rows = (
        """
        union all by name
        select *, false as is_deleted from read_parquet($item_features)
        union all by name
        select item_id, true as is_deleted, sha256('deleted') as content_hash
        from read_parquet($item_tombstones)
        """
        if is_here
        else ""
    )
    return session.sql(
        f"""
        select *, $version::varchar as version, $since::timestamp as published_at
        from (
            select *, false as is_deleted from ({features}) where false
            {rows}
        )
        """,
        params={"version": version, "since": since} | (files if is_here else {}),
    )
