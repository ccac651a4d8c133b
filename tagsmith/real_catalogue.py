"""Write the inputs of a real run: films with human tags, their schema, posters in place.

Reads `items.parquet`, `plots.parquet`, `human_tags.parquet` and `ratings.parquet` of a data folder
and writes items, base tags, manual tags and interactions as parquet, an `env` file and `vars.json`
with the column mapping, so that `make build` runs on them. The catalogue is the chosen films; with
`--whole` it is every film with an overview, but only the chosen ones get tags, so that the
baselines of the evaluation learn from all the others.

Selection: items with an overview, a plot, at least 10 clean human tags and at least 5 ratings (so
that recommenders can be measured on them), ordered by SHA-256 of their id; the first half of N from
those with a poster, the rest from those without. A larger N includes a smaller one. `--more M` adds
M films with an overview and as many tags that this rule excludes, so that slices of the evaluation
have both sides: half with a plot and fewer than 5 ratings, half without a plot. The schema is every
clean human tag (kinds content, genre, time) of 10 or more items.
"""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from duckdb import sqltypes

# An evaluated run asks the evaluators about manual tags, and for no reasons in words. Its truth has
# genres, so its tags may. Its baselines embed the whole catalogue: the student may read that too.
_EVALUATED = {
    "control_items": 80,
    "evaluator_reasons": False,
    "genre_tags": True,
    "student_reads_meaning": True,
}
_LEAST_TAGS_OF_ITEM = 10
_LEAST_RATINGS_OF_ITEM = 5
_LEAST_ITEMS_OF_TAG = 10
_MAPPING = {
    "items_columns": {
        "overview": "summary",
        "plot": "synopsis",
        "poster_file": "poster_uri",
    },
    "manual_tags_columns": {"keyword": "tag", "source": "tagger"},
    "base_tags_columns": {"keyword": "tag", "kind": "category"},
}


def _unescape(text: str) -> str:
    return html.unescape(text)


def data_folder(data: Path, *names: str) -> duckdb.DuckDBPyConnection:
    """Return a connection in which the parquet files `names` of the folder are views."""
    connection = duckdb.connect()
    for name in names:
        connection.read_parquet(str(data / f"{name}.parquet")).create_view(name)
    return connection


def write_catalogue(
    data: Path, out: Path, n_items: int, *, n_more: int = 0, is_whole: bool = False
) -> int:
    """Write the inputs for `n_items` films of folder `data` into folder `out`.

    `n_more` adds films without a plot or with few ratings. `is_whole` puts every film with an
    overview into the catalogue; only the chosen ones get tags. Returns the number of chosen films,
    which is smaller if the folder has fewer.
    """
    out.mkdir(parents=True, exist_ok=True)
    connection = data_folder(data, "items", "plots", "human_tags", "ratings")
    connection.create_function("unescape", _unescape, [sqltypes.VARCHAR], sqltypes.VARCHAR)
    connection.execute(
        "create view clean_tags as from human_tags where kind in ('content', 'genre', 'time')"
    )
    connection.execute(
        """
        create table chosen as
        with described as (
            select
                items.item_id,
                items.poster_file is not null as has_poster,
                coalesce(plots.plot, '') <> '' as has_plot,
                (
                    select count(*) from ratings where ratings.item_id = items.item_id
                ) >= $least_ratings as is_rated
            from items
            left join plots on items.item_id = plots.item_id
            where items.overview <> ''
                and (
                    select count(distinct lower(clean_tags.keyword)) from clean_tags
                    where clean_tags.item_id = items.item_id
                ) >= $least_tags
        ),
        grouped as (
            select
                item_id,
                case
                    when not has_plot then 'no plot'
                    when not is_rated then 'few ratings'
                    when has_poster then 'poster'
                    else 'no poster'
                end as part
            from described
        )
        select item_id
        from grouped
        qualify row_number() over (partition by part order by sha256(item_id::varchar))
            <= case part
                when 'no plot' then $n_more // 2
                when 'few ratings' then $n_more - $n_more // 2
                when 'poster' then $n // 2
                else $n - $n // 2
            end
        """,
        {
            "least_tags": _LEAST_TAGS_OF_ITEM,
            "least_ratings": _LEAST_RATINGS_OF_ITEM,
            "n": n_items,
            "n_more": n_more,
        },
    )
    connection.execute(
        """
        create table catalogue as
        select
            items.item_id, items.title, nullif(items.original_title, items.title) as original_title,
            unescape(items.overview) as overview, unescape(plots.plot) as plot, items.genres,
            items.countries, items.release_date,
            list_concat(string_split(items.director, ', '), items.top_cast) as people,
            items.poster_file, {'original_language': items.original_language}::json as extra
        from items
        left join plots on items.item_id = plots.item_id
        where items.overview <> ''
            and ($is_whole or items.item_id in (select item_id from chosen))
        """,
        {"is_whole": is_whole},
    )
    for name, query in {
        "items": "from catalogue order by item_id",
        "items_to_tag": "from chosen order by item_id",
        "manual_tags": "select distinct item_id, keyword, source from clean_tags "
        "where item_id in (select item_id from catalogue) order by all",
        "interactions": "select user_id, item_id, 'rating' as event_type, ts as occurred_at, "
        "rating as value from ratings where item_id in (select item_id from catalogue) "
        "order by all",
        "base_tags": "select lower(keyword) as keyword, mode(kind order by kind) as kind "
        "from clean_tags group by lower(keyword) "
        f"having count(distinct item_id) >= {_LEAST_ITEMS_OF_TAG} order by all",
    }.items():
        target = str(out / f"{name}.parquet").replace("'", "''")
        connection.execute(f"copy ({query}) to '{target}' (format parquet)")
    environment = {
        "TAGSMITH_ITEMS": out / "items.parquet",
        "TAGSMITH_BASE_TAGS": out / "base_tags.parquet",
        "TAGSMITH_MANUAL_TAGS": out / "manual_tags.parquet",
        "TAGSMITH_INTERACTIONS": out / "interactions.parquet",
        "TAGSMITH_POSTER_ROOT": data,
        "TAGSMITH_WAREHOUSE": out / "warehouse.duckdb",
        "TAGSMITH_LEDGER": out / "ledger.duckdb",
        "TAGSMITH_PUBLISH_DIR": out / "published",
    }
    if is_whole:
        environment["TAGSMITH_ITEMS_TO_TAG"] = out / "items_to_tag.parquet"
    lines = [f"{name}={value}" for name, value in environment.items()]
    (out / "env").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = {**_MAPPING, **(_EVALUATED if is_whole else {})}
    (out / "vars.json").write_text(json.dumps(settings), encoding="utf-8")
    return len(connection.table("chosen"))


def real_catalogue(
    data: Annotated[Path, typer.Option(help="folder with items.parquet")],
    out: Annotated[Path, typer.Option(help="output folder of the inputs")],
    items: Annotated[int, typer.Option(min=1, help="films chosen by the rule")] = 80,
    more: Annotated[int, typer.Option(min=0, help="films excluded by the rule")] = 0,
    *,
    whole: Annotated[bool, typer.Option(help="keep all films in the catalogue")] = False,
) -> None:
    """Write the inputs of real films with human tags, for `make real` and `make evaluate`."""
    if not (data / "items.parquet").is_file():
        print(f"no items.parquet in {data}: nothing to do (set DATA=folder)")
        return
    n_chosen = write_catalogue(data, out, items, n_more=more, is_whole=whole)
    print(f"wrote the inputs of {n_chosen} items to {out}")
