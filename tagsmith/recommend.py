"""Recommendations for users, with reasons: `make recommend [USER=user-001] [MODEL=graph]`.

Reads only the warehouse, after `dbt build --selector recommendation`.
"""

from __future__ import annotations

from typing import Annotated, Any

import duckdb
import typer

from python_udfs.errors import InputError
from tagsmith.options import WAREHOUSE, Warehouse
from tagsmith.plain_text import plain
from tagsmith.warehouse import open_read_only

Row = dict[str, Any]
# Number of titles named as the cause of a recommendation.
_N_CAUSES = 2

_CONSUMED = """
    select stg_items.title, stg_items.item_id, min(occurred_at) as first_at
    from stg_interactions
    inner join stg_items using (item_id)
    where user_id = $user_id
    group by all
    order by first_at, stg_items.item_id
"""

# The consumed items with most of the tags that explain a recommendation.
_RECOMMENDED = f"""
    with

    consumed as ({_CONSUMED}),

    reasons as (
        select recommendations.item_id, consumed.title, count(*) as n_shared, consumed.item_id as of
        from recommendations
        inner join item_tags on list_contains(recommendations.tags, item_tags.tag)
        inner join consumed on item_tags.item_id = consumed.item_id
        where recommendations.user_id = $user_id and recommendations.model = $model
        group by all
    ),

    companions as (
        select
            recommendations.item_id, consumed.title, item_neighbors.score, consumed.item_id as of
        from recommendations
        inner join item_neighbors
            on
                recommendations.item_id = item_neighbors.neighbor_id
                and item_neighbors.model = 'item_cf'
        inner join consumed on item_neighbors.item_id = consumed.item_id
        where recommendations.user_id = $user_id and recommendations.model = $model
    )

    select
        recommendations.rank,
        stg_items.title,
        recommendations.is_cold_start,
        recommendations.tags,
        list_slice((
            select list(title order by n_shared desc, of)
            from reasons
            where reasons.item_id = recommendations.item_id
        ), 1, {_N_CAUSES}) as tag_causes,
        list_slice((
            select list(title order by score desc, of)
            from companions
            where companions.item_id = recommendations.item_id
        ), 1, {_N_CAUSES}) as other_causes
    from recommendations
    inner join stg_items using (item_id)
    where recommendations.user_id = $user_id and recommendations.model = $model
    order by recommendations.rank
    limit $n_items
"""


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, **values: Any) -> list[Row]:
    result = connection.execute(sql, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _reason(row: Row, model: str) -> str:
    """The reason for an item in words: what the model weighs most, and the shared tags.

    Models that use users and tags use only tags if the item is new or no user leads to it.
    """
    shared = ""
    if row["tags"] and row["tag_causes"]:
        shared = f"{', '.join(row['tag_causes'])}: {', '.join(row['tags'])}"
    goes_by_tags = {
        "popularity": False,
        "item_cf": False,
        "content": True,
    }.get(model, row["is_cold_start"] or not row["other_causes"])
    if shared and goes_by_tags:
        return f"because you watched {shared}"
    reason = "because many watched it"
    if row["other_causes"] and model != "popularity":
        reason = f"because others who watched {', '.join(row['other_causes'])} watched it"
    return f"{reason} (it shares with {shared})" if shared else reason


def describe_user(
    connection: duckdb.DuckDBPyConnection, user_id: str, model: str, n_items: int
) -> list[str]:
    """Return lines with the user's items and the recommendations of `model`, with reasons.

    Raises InputError if the user has no interactions, or the model no rows in the warehouse.
    """
    consumed = _rows(connection, _CONSUMED, user_id=user_id)
    if not consumed:
        known = connection.execute(
            "select distinct user_id from stg_interactions order by user_id limit 5"
        ).fetchall()
        names = ", ".join(plain(name) for (name,) in known)
        raise InputError(
            f"no interactions of user {user_id!r}" + (f"; users are e.g. {names}" if names else "")
        )
    lines = [
        f"{plain(user_id)} watched {', '.join(plain(row['title']) for row in consumed)}",
        f"  {model} recommends:",
    ]
    recommended = _rows(connection, _RECOMMENDED, user_id=user_id, model=model, n_items=n_items)
    for row in recommended:
        new = " (new here)" if row["is_cold_start"] else ""
        lines.append(f"  {row['rank']:>3}. {plain(row['title'])}{new}")
        lines.append(f"       {plain(_reason(row, model))}")
    return lines if recommended else [*lines, "       nothing"]


def _some_users(connection: duckdb.DuckDBPyConnection, count: int) -> list[str]:
    found = connection.execute(
        "select distinct user_id from stg_interactions order by user_id limit ?", [count]
    ).fetchall()
    if not found:
        raise InputError(
            "there are no interactions; set TAGSMITH_INTERACTIONS (docs/inputs.md), then "
            "`make recommend`"
        )
    return [user_id for (user_id,) in found]


def _chosen(connection: duckdb.DuckDBPyConnection, model: str | None) -> str:
    """Return the model to show: the requested one, else hybrid, else the first available."""
    models = [
        name
        for (name,) in connection.execute(
            "select distinct model from recommendations order by model != 'hybrid', model"
        ).fetchall()
    ]
    if not models:
        raise InputError(
            "there are no recommendations: nothing is published yet, or no interaction is about a "
            "published item; run `make build`, then `make recommend`"
        )
    if model and model not in models:
        raise InputError(f"no recommendations by {model!r}; available models: {', '.join(models)}")
    return model or models[0]


def recommend(
    user: Annotated[str, typer.Option(help="one user; default: the first few")] = "",
    users: Annotated[int, typer.Option(min=1, help="number of users")] = 3,
    items: Annotated[int, typer.Option(min=1, help="number of items per user")] = 5,
    model: Annotated[str, typer.Option(help="recommender; default: hybrid, if available")] = "",
    warehouse: Warehouse = WAREHOUSE,
) -> None:
    """Show recommendations for users, with reasons."""
    with open_read_only(warehouse) as connection:
        shown = [user] if user else _some_users(connection, users)
        chosen = _chosen(connection, model or None)
        for user_id in shown:
            print("\n".join(describe_user(connection, user_id, chosen, items)), end="\n\n")
