"""The features that readers of `current` get, read back from its parquet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from python_udfs.publishing.folder import PublishedFolder, quoted

__all__ = ["current_decisions", "current_features", "served_features", "with_kept_rows"]

_FEATURES = "select ''::varchar as item_id, []::varchar[] as tags where false"
_DECISIONS = """
    select
        ''::varchar as item_id, ''::varchar as tag, ''::varchar as outcome, ''::varchar as status,
        false as is_lenient_yes, false as is_strict_yes, ''::varchar as selected_as
    where false
"""


def current_features(
    session: duckdb.DuckDBPyConnection, publish_dir: str, catalogue: str
) -> duckdb.DuckDBPyRelation:
    """Return item_id and tags (in rank order) of the version that `current` names now.

    No rows if there is none, or if it has the sample while `catalogue` is the user's own, which
    cannot be compared. In the reverse case everything served would be removed, which a gate must
    see: it happens if a shell lacks the variables that name the catalogue.
    """
    return _current(session, publish_dir, catalogue, "item_features", _FEATURES)


def current_decisions(
    session: duckdb.DuckDBPyConnection, publish_dir: str, catalogue: str
) -> duckdb.DuckDBPyRelation:
    """Return the columns of its tag_decisions that run_health compares; no rows as above.

    Columns: item_id, tag, outcome, status, is_lenient_yes, is_strict_yes, selected_as.
    """
    return _current(session, publish_dir, catalogue, "tag_decisions", _DECISIONS)


def _current(
    session: duckdb.DuckDBPyConnection, publish_dir: str, catalogue: str, table: str, none: str
) -> duckdb.DuckDBPyRelation:
    """The rows of a published table in the columns of the SQL `none`, which has no rows."""
    folder = PublishedFolder(Path(publish_dir))
    version = folder.current()
    if version is None or (folder.catalogue() == "sample" and catalogue != "sample"):
        return session.sql(none)
    file = folder.root / version.version / f"{table}.parquet"
    return session.read_parquet(str(file)).project(", ".join(session.sql(none).columns))


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
    # With `--empty` or a new publish_dir the ledger knows a version whose files are not here.
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


def with_kept_rows(
    cursor: duckdb.DuckDBPyConnection, tables: Mapping[str, str], kept: str, publish_dir: Path
) -> dict[str, str]:
    """Return `tables` (SQL by name) with the rows of `current` for the items of `kept` (SQL).

    Their is_complete is false. A column that `current` lacks is null. Tombstones are of items that
    are gone, so they stay.
    """
    folder = PublishedFolder(publish_dir)
    version = folder.current()
    items = [item_id for (item_id,) in cursor.execute(kept).fetchall()]
    if version is None or not items:
        return dict(tables)
    changed = dict(tables)
    for name in tables.keys() - {"item_tombstones"}:
        file = quoted(folder.root / version.version / f"{name}.parquet")
        flag = ", false as is_complete" if name == "item_features" else ""
        changed[name] = (
            f"select * from ({tables[name]}) where item_id not in ({kept}) union all by name "
            f"select columns(lambda name: name <> 'is_complete'){flag} "
            f"from read_parquet({file}) where item_id in ({kept})"
        )
    return changed
