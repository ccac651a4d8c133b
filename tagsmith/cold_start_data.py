"""Reads the data of the cold-start experiment from a data folder and a file of tags, in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from python_udfs.errors import InputError
from python_udfs.normalise import register
from python_udfs.recommenders.arrays import Strings, strings
from python_udfs.recommenders.evaluation.arms import Blocks

_GENERAL = """
    select item_id, 'genre:' || lower(unnest(genres)) as feature from items
    union select item_id, 'country:' || unnest(countries) from items
    union select item_id, 'language:' || original_language from items
    union select item_id, 'decade:' || year(release_date) // 10 * 10 from items
    union select item_id, 'person:' || lower(unnest(top_cast)) from items
    union select item_id, 'person:' || lower(unnest(string_split(director, ', '))) from items
"""
# Tags of the source movielens come from the same users whose ratings are the test.
_HUMAN = """
    select distinct item_id::varchar as item_id, 'tag:' || normalise_tag(keyword) as feature
    from human_tags
    where kind in ('content', 'genre', 'time') and source <> 'movielens'
"""
_FREQUENT = """
    select feature from human where item_id not in (select item_id from cold)
    group by feature having count(*) >= $least
"""
_TAGS = """
    select item_id::varchar as item_id, 'tag:' || normalise_tag(tag::varchar) as feature,
        max({weight}) as weight
    from tags where tag is not null and {weight} > 0 group by all
"""
_INTERACTIONS = """
    select user_id::varchar as user_id, item_id::varchar as item_id, min(ts) as occurred_at
    from ratings where rating >= $least group by all
"""


@dataclass(frozen=True)
class ColdStartData:
    """Interactions (user_id, item_id, occurred_at), ids, blocks of features."""

    interactions: pa.Table
    catalogue: Strings
    cold_items: Strings
    blocks: Blocks


def read_cold_start(
    data: Path,
    tags: Path,
    cold_items: Path | None,
    least_rating: float,
    least_items_of_tag: int,
) -> ColdStartData:
    """Read items, human_tags and ratings of folder `data`, and the tags to try.

    `tags`: parquet or csv with item_id, tag and optionally score as weight (default 1). Cold items
    are those of `cold_items` (item_id), else of item_features.parquet next to `tags` (only items
    that a model was asked about, if known), else those of `tags`. Manual tags count if
    `least_items_of_tag` warm items have them. Raises InputError if a file is missing, empty or
    lacks a column, or a score is above 1, the weight of general metadata.
    """
    connection = duckdb.connect()
    register(connection)
    for name in ("ratings", "human_tags"):
        _view(connection, data / f"{name}.parquet", name, ())
    _view(connection, data / "items.parquet", "all_items", ("item_id", "genres"))
    has_score = "score" in _view(connection, tags, "tags", ("item_id", "tag"))
    beside = tags.with_name("item_features.parquet")
    ids = cold_items or (beside if beside.is_file() else tags)
    # Only part of a catalogue may be tagged (items_to_tag).
    columns = _view(connection, ids, "ids", ("item_id",))
    asked = "where generated_at is not null" if "generated_at" in columns else ""
    connection.execute(
        f"create table cold as select distinct item_id::varchar as item_id from ids {asked}"
    )
    connection.execute(
        "create view items as select * replace (item_id::varchar as item_id) from all_items"
    )
    connection.execute(f"create table human as {_HUMAN}")

    def table(query: str, **values: float) -> pa.Table:
        try:
            return connection.sql(query, params=values or None).to_arrow_table()
        except duckdb.Error as error:
            raise InputError(
                f"{tags} or a file of {data} cannot be read: {error}; scores must be numbers"
            ) from error

    weighted = "select item_id, feature, 1.0::double as weight from"
    frequent = f"{weighted} human where feature in ({_FREQUENT})"
    is_cold = "item_id in (select item_id from cold)"
    least = {"least": least_items_of_tag}
    weight = "coalesce(score::double, 1.0)" if has_score else "1.0::double"
    generated = table(f"{_TAGS.format(weight=weight)} order by all")
    if generated.num_rows and (heaviest := pc.max(generated["weight"]).as_py()) > 1:
        raise InputError(f"{tags} has a score of {heaviest:g}; scale scores to (0, 1]")
    found = ColdStartData(
        interactions=table(_INTERACTIONS, least=least_rating),
        catalogue=strings(table("select distinct item_id from items order by item_id")["item_id"]),
        cold_items=strings(table("from cold order by item_id")["item_id"]),
        blocks=Blocks(
            general=table(f"{weighted} ({_GENERAL}) where feature is not null order by all"),
            human=table(f"{frequent} and not {is_cold} order by all", **least),
            manual=table(f"{frequent} and {is_cold} order by all", **least),
            generated=generated,
        ),
    )
    connection.close()
    return found


def _view(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, columns: tuple[str, ...]
) -> list[str]:
    if not path.is_file():
        raise InputError(f"{path} does not exist; it is needed as {name} (parquet or csv)")
    read = connection.read_csv if path.suffix == ".csv" else connection.read_parquet
    relation = read(str(path))
    missing = [column for column in columns if column not in relation.columns]
    if missing:
        raise InputError(
            f"{path} has no column {', '.join(missing)}; rename it ({', '.join(relation.columns)})"
        )
    if not relation.limit(1).fetchall():
        raise InputError(f"{path} has no rows; give a file of {name} with rows")
    relation.create_view(name)
    return list(relation.columns)
