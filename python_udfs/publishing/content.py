"""The content of a publication as one hash: unchanged content is not published again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import duckdb

__all__ = ["content_hash"]

# They tell when and by which version a row was made, not its content.
_VERSION_COLUMNS = frozenset({"generated_at", "pipeline_version"})


def content_hash(cursor: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> str:
    """Return the SHA-256 (hexadecimal) over the rows of `tables` (SQL by name), in any order.

    Every table has the column item_id. Rows are hashed item by item, so memory holds the largest
    item and one hash per item.
    """
    digest = hashlib.sha256()
    for name, sql in sorted(tables.items()):
        described = cursor.execute(f"describe {sql}").fetchall()
        columns = ", ".join(f'"{c}"' for c, *_ in described if c not in _VERSION_COLUMNS)
        ((table_hash,),) = cursor.execute(
            f"""
            select sha256(coalesce(string_agg(item_hash, '' order by item_id), ''))
            from (
                select item_id, sha256(string_agg(row_hash, '' order by row_hash)) as item_hash
                from (
                    select item_id, sha256(to_json(content)::varchar) as row_hash
                    from (select {columns} from ({sql})) as content
                )
                group by item_id
            )
            """
        ).fetchall()
        digest.update(f"{name}\x1f{table_hash}\x1f".encode())
    return digest.hexdigest()
