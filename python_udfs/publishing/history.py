"""The history of all features as one parquet file, next to the versions, for training data."""

from __future__ import annotations

from pathlib import Path

import duckdb

from python_udfs.errors import PublicationError
from python_udfs.publishing.folder import quoted, sync

__all__ = ["write_history"]

_NAME = "item_features_history.parquet"


def write_history(
    cursor: duckdb.DuckDBPyConnection, history: str, publish_dir: str, *, is_written: bool
) -> duckdb.DuckDBPyRelation:
    """Replace `history/item_features_history.parquet` under `publish_dir` by one rename.

    `history` is SQL with the columns of item_features_history. Readers see the old file or the
    complete new one. Nothing is written if `is_written` is false or the history is empty. Returns
    one row for the written file: path, n_rows, n_items, last_published_at (UTC).

    Raises PublicationError if the file system fails; the old file is then kept.
    """
    ((n_rows, n_items, last),) = cursor.execute(
        f"select count(*), count(distinct item_id), max(published_at) from ({history})"
    ).fetchall()
    file = Path(publish_dir) / "history" / _NAME
    if is_written and n_rows:
        _replace(cursor, history, file)
    return cursor.sql(
        "select $path::varchar as path, $n_rows::bigint as n_rows, $n_items::bigint as n_items, "
        "$last::timestamp as last_published_at where $is_written and $n_rows > 0",
        params={
            "path": str(file),
            "n_rows": n_rows,
            "n_items": n_items,
            "last": last,
            "is_written": is_written,
        },
    )


def _replace(cursor: duckdb.DuckDBPyConnection, history: str, file: Path) -> None:
    partial = file.with_name(f".{file.name}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        cursor.execute(
            # A removed item has no features and no hash.
            "copy (select * replace (case when not is_deleted then content_hash end as "
            f"content_hash) from ({history}) order by item_id, dbt_valid_from) "
            f"to {quoted(partial)} (format parquet, compression zstd)"
        )
        sync(partial)
        partial.replace(file)
        sync(file.parent)
    except (OSError, duckdb.Error) as error:
        raise PublicationError(
            f"the history could not be written to {file}: {error}. Free space there, then build "
            "again; the file of the last build is kept, and the ledger has the history"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
