"""A synthetic catalogue at a stated size: tags, schema, candidates, vectors.

Everything is drawn from a seed or from hashes of names, so that two runs give the same tables.
Scores have few distinct values (like a small model's), and near-duplicates occur within items.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from python_udfs.embedding.vectors import on_grid

_ONSETS = [*"bcdfghklmnprstvw", "br", "ch", "dr", "fl", "gr", "pl", "sh", "st", "th", "tr"]
_NUCLEI = [*"aeiou", "ai", "ea", "ou"]
_CODAS = ["", "n", "r", "s", "l", "t"]
_PATHS = (
    ("text:overall", "broad", 0.5),
    ("text:setting", "sub", 0.7),
    ("text:subject", "sub", 0.7),
    ("text:mood", "sub", 0.7),
    ("image:setting", "sub", 0.3),
    ("image:mood", "sub", 0.3),
)
_VARIANT_SHARE = 0.25
_MEETING_SHARE = 0.12
_DRAWS = 240
_ITEMS_A_BATCH = 20_000
_DIMENSIONS = 384


@dataclass(frozen=True)
class Size:
    """Size of the catalogue."""

    items: int = 21_067
    candidates: int = 100
    tags: int = 60_000
    base_tags: int = 2_000


def tag_names(count: int, seed: int = 1) -> tuple[list[str], npt.NDArray[np.int64]]:
    """`count` distinct tags of one to three words, and each one's variant (its own index if none).

    A variant is a plural, a joined or a misspelled form of its tag.
    """
    rng = np.random.default_rng(seed)
    words = sorted({_word(rng) for _ in range(3000)})
    names: dict[str, int] = {}
    variants: dict[int, int] = {}
    while len(names) < count:
        picked = (len(words) * rng.random(rng.choice([1, 2, 3], p=[0.1, 0.6, 0.3])) ** 2).astype(
            int
        )
        name = " ".join(words[index] for index in picked)
        if name in names:
            continue
        names[name] = len(names)
        variant = _variant(name, int(rng.integers(3)))
        if rng.random() < _VARIANT_SHARE and variant not in names:
            variants[names[name]] = names[variant] = len(names)
    places = np.arange(count)
    for tag, variant_place in variants.items():
        if variant_place < count:
            places[tag] = variant_place
    return list(names)[:count], places


def write_catalogue(connection: duckdb.DuckDBPyConnection, size: Size, seed: int = 1) -> None:
    """Write the staging and generation tables that verification reads."""
    names, variants = tag_names(size.tags, seed)
    _write_schema(connection, names, size.base_tags)
    _write_items(connection, size.items)
    _write_manual_tags(connection)
    _write_candidates(connection, size, names, variants, seed)


def write_vectors(connection: duckdb.DuckDBPyConnection, model_id: str) -> None:
    """Fill ledger.main.embeddings for all tags and names that `write_catalogue` wrote."""
    write_vectors_of(
        connection,
        model_id,
        """
        select tag from int_candidates_by_path
        union select tag from stg_base_tags
        union select unnest(aliases) from stg_base_tags
        """,
    )


def write_vectors_of(connection: duckdb.DuckDBPyConnection, model_id: str, texts_sql: str) -> None:
    """Fill ledger.main.embeddings for the distinct texts of a query's one column.

    A text has a cosine of 0.45 to 0.95 to some base tag, by its hash.
    """
    found = connection.execute(f"select distinct * from ({texts_sql}) as found order by 1")
    texts = [text for (text,) in found.fetchall()]
    bases = [row[0] for row in connection.execute("select tag from stg_base_tags").fetchall()]
    centres = np.stack([_direction(base) for base in sorted(bases)])
    own = {base: place for place, base in enumerate(sorted(bases))}
    for start in range(0, len(texts), 8192):
        batch = texts[start : start + 8192]
        keys = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in batch]
        noise = np.stack([_direction(text) for text in batch])
        centre = centres[
            [own.get(text, key % len(bases)) for text, key in zip(batch, keys, strict=True)]
        ]
        cosine = np.array([[0.45 + 0.5 * (key >> 32) / 2**32] for key in keys], dtype=np.float32)
        vectors = cosine * centre + np.sqrt(1 - cosine**2) * noise
        is_base = np.array([[text in own] for text in batch])
        vectors = np.where(is_base, centre, vectors)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        lists = pa.FixedSizeListArray.from_arrays(pa.array(on_grid(vectors).ravel()), _DIMENSIONS)
        connection.register("vectors", pa.table({"text": batch, "embedding": lists}))
        connection.execute(
            "insert into ledger.main.embeddings select ?, text, embedding from vectors", [model_id]
        )
        connection.unregister("vectors")


def change_items(connection: duckdb.DuckDBPyConnection, count: int) -> None:
    """Give `count` items other scores and three new tags each, like a changed synopsis."""
    connection.execute(
        """
        create temp table changed as
        select item_id from stg_items order by hash(item_id) limit ?
        """,
        [count],
    )
    connection.execute(
        """
        update stg_item_texts set content_hash = sha256(content_hash || ' changed')
        where item_id in (select item_id from changed)
        """
    )
    connection.execute(
        """
        update int_candidates_by_path
        set
            path_score = [0.9, 0.8, 0.7, 0.6][1 + (hash(tag, item_id) % 4)::integer],
            tag = case
                when position = 1 and hash(tag, 7) % 3 = 0 then 'changed ' || tag else tag
            end
        where item_id in (select item_id from changed)
        """
    )
    connection.execute("drop table changed")


def _word(rng: np.random.Generator) -> str:
    syllables = (
        _ONSETS[rng.integers(len(_ONSETS))] + _NUCLEI[rng.integers(len(_NUCLEI))]
        for _ in range(rng.integers(1, 4))
    )
    return "".join(syllables) + _CODAS[rng.integers(len(_CODAS))]


def _variant(name: str, kind: int) -> str:
    middle = len(name) // 2
    if kind == 0:
        return f"{name}s"
    if kind == 1 and " " in name:
        return name.replace(" ", "", 1)
    return " ".join((name[:middle] + name[middle + 1 :]).split()) or f"{name}s"


def _direction(text: str) -> npt.NDArray[np.float32]:
    key = int.from_bytes(hashlib.sha256(text.encode()).digest()[8:24])
    drawn = np.random.Generator(np.random.SFC64(key)).standard_normal(_DIMENSIONS, dtype=np.float32)
    return drawn / np.float32(np.linalg.norm(drawn))


def _write_schema(
    connection: duckdb.DuckDBPyConnection, names: list[str], n_base_tags: int
) -> None:
    step = max(len(names) // max(n_base_tags, 1), 1)
    base_tags = names[::step][:n_base_tags]
    aliases = [
        [f"{names[place * step + 1]}", f"{tag} story"] if place % 3 == 0 and step > 1 else []
        for place, tag in enumerate(base_tags)
    ]
    taken = set(base_tags)
    connection.register(
        "schema_rows",
        pa.table(
            {
                "tag": base_tags,
                "category": [["setting", "subject", "mood"][len(tag) % 3] for tag in base_tags],
                "definition": [f"about {tag}" for tag in base_tags],
                "aliases": pa.array(
                    [[alias for alias in row if alias not in taken] for row in aliases],
                    type=pa.list_(pa.string()),
                ),
                "parent": pa.array([None] * len(base_tags), type=pa.string()),
            }
        ),
    )
    connection.execute("create or replace table stg_base_tags as select * from schema_rows")
    connection.unregister("schema_rows")


def _write_items(connection: duckdb.DuckDBPyConnection, n_items: int) -> None:
    connection.execute(
        """
        create or replace table stg_items as
        select
            'item' || lpad(i::varchar, 8, '0') as item_id,
            'Title ' || i as title,
            null::varchar as original_title,
            'A story of number ' || i || ' and of ' || sha256(i::varchar) as summary,
            null::varchar as synopsis,
            ['drama'] as genres,
            ['KR'] as countries,
            date '2020-01-01' as release_date,
            null::varchar[] as people,
            null::varchar as poster_uri,
            null::timestamp as created_at,
            null::timestamp as updated_at,
            null::json as extra
        from range(?) as items (i)
        """,
        [n_items],
    )
    connection.execute(
        """
        create or replace table stg_item_texts as
        select
            item_id,
            'Title: ' || title || chr(10) || 'Summary: ' || summary as item_text,
            item_text as opening,
            40 as n_text_tokens,
            false as is_cut,
            sha256(item_text) as content_hash
        from stg_items
        """
    )
    connection.execute(
        """
        create or replace table stg_documents as
        select
            null::varchar as doc_id, null::varchar as item_id, null::varchar as title,
            null::varchar as url, null::varchar as document_text, null::timestamp as published_at
        where false
        """
    )


def _write_manual_tags(connection: duckdb.DuckDBPyConnection) -> None:
    """Ten tags of the schema per item; calibration learns from them."""
    connection.execute(
        """
        create or replace table stg_manual_tags as
        with numbered as (
            select tag, row_number() over (order by tag) - 1 as place, count(*) over () as n
            from stg_base_tags
        )
        select distinct items.item_id, numbered.tag, null::varchar[] as taggers
        from stg_items as items, range(10) as draws (draw), numbered
        where numbered.place = hash(items.item_id, draw) % numbered.n
        """
    )


def _write_candidates(
    connection: duckdb.DuckDBPyConnection,
    size: Size,
    names: list[str],
    variants: npt.NDArray[np.int64],
    seed: int,
) -> None:
    rng = np.random.default_rng(seed + 1)
    popularity = 1 / (np.arange(len(names)) + 1) ** 0.65
    cumulated = np.cumsum(popularity) / popularity.sum()
    by_popularity = rng.permutation(len(names))
    connection.register("names", pa.table({"tag_id": np.arange(len(names)), "tag": names}))
    connection.execute("create or replace temp table tag_names as select * from names")
    columns = zip(*((place, *path) for place, path in enumerate(_PATHS)), strict=True)
    connection.register(
        "path_rows", pa.table(list(map(pa.array, columns)), ["path_id", "path", "level", "weight"])
    )
    connection.execute("create or replace temp table paths as select * from path_rows")
    connection.execute(
        """
        create or replace table int_candidates_by_path (
            item_id varchar, path varchar, tag varchar, path_score double, weight double,
            position integer, question_key varchar, modality varchar, category varchar,
            level varchar
        )
        """
    )
    for start in range(0, size.items, _ITEMS_A_BATCH):
        n_items = min(_ITEMS_A_BATCH, size.items - start)
        draws = by_popularity[np.searchsorted(cumulated, rng.random((n_items, _DRAWS)))]
        # A near-duplicate directly follows its tag.
        meets = rng.random((n_items, _DRAWS - 1)) < _MEETING_SHARE / _VARIANT_SHARE
        followers = variants[draws[:, :-1]]
        draws[:, 1:] = np.where(meets & (followers != draws[:, :-1]), followers, draws[:, 1:])
        connection.register(
            "draws",
            pa.table(
                {
                    "item": np.repeat(np.arange(start, start + n_items), _DRAWS),
                    "draw": np.tile(np.arange(_DRAWS), n_items),
                    "tag_id": draws.ravel(),
                }
            ),
        )
        connection.execute(_CANDIDATES, {"candidates": size.candidates})
        connection.unregister("draws")


# Three quarters of the candidates are in one path, a fifth in two, the rest in three.
_CANDIDATES = """
    insert into int_candidates_by_path
    with

    distinct_draws as (
        select item, tag_id, min(draw) as draw
        from draws
        group by item, tag_id
    ),

    first_draws as (
        select item, tag_id, row_number() over (partition by item order by draw) as place
        from distinct_draws
        qualify place <= $candidates
    ),

    on_paths as (
        select
            item, tag_id, place, hash(item, tag_id, 1) % 20 as share,
            hash(item, tag_id, 2) % 6 as first_path,
            unnest(
                case
                    when share < 15 then [first_path]
                    when share < 19 then [first_path, (first_path + 1) % 6]
                    else [first_path, (first_path + 1) % 6, (first_path + 3) % 6]
                end
            ) as path_id
        from first_draws
    )

    select
        'item' || lpad(item::varchar, 8, '0'),
        path,
        tag,
        [0.9, 0.8, 0.7, 0.8, 0.9, 0.7, 0.8, 0.5, 1.0, 0.6]
            [1 + (hash(item, tag_id, path_id) % 10)::integer],
        weight,
        (1 + place // 8)::integer,
        sha256(item || path),
        split_part(path, ':', 1),
        split_part(path, ':', 2),
        level
    from on_paths
    inner join tag_names using (tag_id)
    inner join paths using (path_id)
"""
