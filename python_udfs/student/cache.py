"""The student's tags in the ledger: each item once for a training set."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from python_udfs.embedding.cache import NamedEncoder, cached_embeddings
from python_udfs.student.sample import feature_rows

__all__ = ["STUDENT_ANSWERS", "cached_student_tags"]

STUDENT_ANSWERS = pa.schema([
    ("item_id", pa.string()),
    ("tag", pa.string()),
    ("score", pa.float64()),
    ("position", pa.int32()),
    ("version", pa.string()),
    ("trained_at", pa.timestamp("us")),
])  # fmt: skip

# A new number when the same examples would give other tags.
_METHOD = 1
# Older training sets are forgotten: they are learnt again if they come back.
_VERSIONS_KEPT = 8


def cached_student_tags(
    items: duckdb.DuckDBPyRelation,
    examples: duckdb.DuckDBPyRelation,
    connection: duckdb.DuckDBPyConnection,
    *,
    tags_per_item: int,
    least_items: int,
    encoder: NamedEncoder | None = None,
) -> pa.Table:
    """Return rows of STUDENT_ANSWERS for all items; train only if the ledger lacks some of them.

    `items`: item_id, fold, text, facts as in `student_tags`, item_text, which `encoder` embeds if
    there is one, and content_hash, a hash of the others. `examples`: item_id, tag, weight. A
    version is the SHA-256 of all that is learnt from: the examples, and the items that have one or
    that features are learnt from. The answer is kept under version and content hash in
    `ledger.main.student_tags`, in one transaction.
    """
    found = examples.to_arrow_table()
    known = items.select("item_id, content_hash").order("item_id").to_arrow_table()
    labelled = set(found["item_id"].to_pylist()) & set(known["item_id"].to_pylist())
    if len(labelled) < least_items:
        return STUDENT_ANSWERS.empty_table()
    settings = [str(tags_per_item), *([encoder.model_id] if encoder else [])]
    version = _version(known, labelled, found, settings)
    cursor = connection.cursor()
    try:
        cursor.register("student_items", known)
        missing = cursor.execute(
            "select count(*) from student_items where content_hash not in "
            "(select content_hash from ledger.main.student_tags where version = ?)",
            [version],
        ).fetchall()[0][0]
        if missing:
            # On first use: torch and scikit-learn take seconds, and most builds learn nothing.
            from python_udfs.student.tags import student_tags

            everything = _read(items, connection, encoder)
            learnt = student_tags(
                everything, found, tags_per_item=tags_per_item, least_items=least_items
            )
            _keep(cursor, version, learnt)
        rows = cursor.sql(
            """
            with kept as (
                select item_id, tags, scores, version, trained_at
                from student_items
                inner join ledger.main.student_tags as student_tags
                    on student_items.content_hash = student_tags.content_hash
                where version = ?
            )
            select item_id, unnest(tags) as tag, unnest(scores) as score,
                generate_subscripts(tags, 1)::integer as position, version, trained_at
            from kept
            order by item_id, position
            """,
            params=[version],
        )
        return rows.to_arrow_table().cast(STUDENT_ANSWERS)
    finally:
        cursor.close()


def _read(
    items: duckdb.DuckDBPyRelation,
    connection: duckdb.DuckDBPyConnection,
    encoder: NamedEncoder | None,
) -> pa.Table:
    """The items as `student_tags` takes them."""
    columns = "item_id, fold, text, facts"
    if encoder is None:
        return items.select(columns).to_arrow_table()
    texts = items.select("item_text as text").distinct()
    vectors = connection.from_arrow(cached_embeddings(texts, connection, encoder))
    return (
        items.select(f"{columns}, item_text")
        .join(vectors.select("text as item_text, embedding"), "item_text")
        .select(f"{columns}, embedding")
        .to_arrow_table()
    )


def _version(
    known: pa.Table, labelled: set[str], examples: pa.Table, settings: Sequence[str]
) -> str:
    """SHA-256 over method, settings, the items that are learnt from, and the examples."""
    item_ids = known["item_id"].to_pylist()
    read = np.zeros(len(item_ids), np.bool_)
    read[feature_rows(item_ids)] = True
    lines = [" ".join([str(_METHOD), *settings])]
    lines += [
        f"{item_id}\x1f{content_hash}"
        for item_id, content_hash, is_read in zip(
            item_ids, known["content_hash"].to_pylist(), read, strict=True
        )
        if is_read or item_id in labelled
    ]
    rows = zip(*(examples[name].to_pylist() for name in ("item_id", "tag", "weight")), strict=True)
    lines += sorted(f"{item}\x1f{tag}\x1f{weight!r}" for item, tag, weight in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _keep(cursor: duckdb.DuckDBPyConnection, version: str, tags: pa.Table) -> None:
    """Store the tags of all items; an item without any gets an empty list."""
    cursor.register("learnt_tags", tags)
    cursor.execute("begin")
    try:
        cursor.execute(
            """
            insert into ledger.main.student_tags
            select ?, content_hash,
                coalesce(list(tag order by position) filter (where tag is not null), []),
                coalesce(list(score order by position) filter (where tag is not null), []),
                make_timestamp(epoch_us(now()))
            from (
                select student_items.content_hash, learnt_tags.tag, learnt_tags.score,
                    learnt_tags.position
                from student_items
                left join learnt_tags on student_items.item_id = learnt_tags.item_id
                qualify rank() over (
                    partition by student_items.content_hash order by student_items.item_id
                ) = 1
            ) as of_item
            group by content_hash
            on conflict do nothing
            """,
            [version],
        )
        cursor.execute(
            """
            delete from ledger.main.student_tags
            where version not in (
                select version from ledger.main.student_tags
                group by version order by max(trained_at) desc, version limit ?
            )
            """,
            [_VERSIONS_KEPT],
        )
        cursor.execute("commit")
    except BaseException:
        cursor.execute("rollback")
        raise
    finally:
        cursor.unregister("learnt_tags")
