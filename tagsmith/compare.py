"""Effect of other settings: `make compare SYSTEM=name` or `VARS='{alpha: 0.8}'`."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from python_udfs.errors import TagsmithError
from tagsmith.options import WAREHOUSE, Vars, Warehouse, parsed_vars, project_folder
from tagsmith.plain_text import plain
from tagsmith.systems import COMPARED, Dbt, System, chosen_systems, run_system
from tagsmith.warehouse import open_read_only

__all__ = ["compare", "compared_metrics", "compared_system", "item_changes"]

_SCHEMA = "comparison"
_ITEMS_TO_ASK = Path("target/items_to_ask.csv")
# All models that a setting may affect, from inputs to selection.
_WHOLE = ("--select", "+int_tags_selected")
_METRICS = ("--selector", "comparison")


def compared_system(name: str | None, changes: Mapping[str, Any]) -> System:
    """The system to build, with the settings of a listed one or `changes`; never a listed name."""
    if bool(name) == bool(changes):
        raise TagsmithError("name a system of seeds/systems.csv, or give --vars, not both")
    return System(COMPARED, chosen_systems([name])[0].settings if name else changes)


def item_changes(
    connection: duckdb.DuckDBPyConnection, system: str, items: list[str] | None = None
) -> list[tuple[Any, ...]]:
    """Rows of item_id, tags added, tags removed, number of other tags that move.

    One row per item with tags in either run, or only for `items`.
    """
    return connection.execute(
        f"""
        with ours as (select item_id, tag, rank from main.int_tags_selected where is_selected),
        theirs as (
            select item_id, tag, rank from "system_{system}".int_tags_selected where is_selected
        )
        select
            coalesce(ours.item_id, theirs.item_id) as item_id,
            coalesce(list(theirs.tag order by theirs.rank) filter (ours.tag is null), []) as come,
            coalesce(list(ours.tag order by ours.rank) filter (theirs.tag is null), []) as gone,
            count(*) filter (ours.rank <> theirs.rank) as n_moved
        from ours full join theirs on ours.item_id = theirs.item_id and ours.tag = theirs.tag
        where $items is null or list_contains($items, coalesce(ours.item_id, theirs.item_id))
        group by all
        order by item_id
        """,
        {"items": items},
    ).fetchall()


def compared_metrics(connection: duckdb.DuckDBPyConnection, system: str) -> list[tuple[Any, ...]]:
    """Rows of truth, metric, k, both values, difference, its interval and verdict."""
    return connection.execute(
        f"""
        select
            theirs.truth, theirs.metric, theirs.k, ours.value, theirs.value,
            differences.difference, differences.low, differences.high, differences.verdict
        from {_SCHEMA}.offline_metrics as theirs
        inner join (from {_SCHEMA}.offline_metrics where system = 'tagsmith') as ours
            using (truth, match_kind, k, slice, metric)
        inner join (from {_SCHEMA}.system_differences where system = $system) as differences
            using (truth, match_kind, k, slice, metric)
        where theirs.system = $system and truth in ('all', 'schema')
            and slice = 'all' and match_kind = 'exact'
        order by truth, metric, k
        """,
        {"system": system},
    ).fetchall()


def _tell(
    connection: duckdb.DuckDBPyConnection, system: str, item: str | None, asked: list[str] | None
) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    rows = item_changes(connection, system, asked)
    changed = [row for row in rows if any(row[1:])]
    ((n_considered, n_unjudged),) = connection.execute(
        f"select coalesce(sum(n_tags), 0), coalesce(sum(n_unjudged), 0) "
        f"from {_SCHEMA}.system_unjudged where system = ?",
        [system],
    ).fetchall()
    items = Table("item", "come", "go", "move", title=f"items that {system} changes")
    for item_id, come, gone, n_moved in changed:
        if item in (None, "", item_id):
            cells = [item_id, ", ".join(come), ", ".join(gone), str(n_moved)]
            items.add_row(*(escape(plain(cell)) for cell in cells))
    console.print(items)
    metrics = compared_metrics(connection, system)
    if metrics:
        table = Table("truth", "metric", "tagsmith", system, "difference", "95 % interval", "says")
        for truth, metric, k, ours, theirs, difference, low, high, verdict in metrics:
            table.add_row(
                truth, f"{metric}@{k}", f"{ours:.3f}", f"{theirs:.3f}", f"{difference:+.3f}",
                f"{low:+.3f} to {high:+.3f}", verdict,
            )  # fmt: skip
        console.print(table)
    else:
        console.print("no metrics: too few items have manual tags (min_true_tags)")
    console.print(
        f"{len(changed):,} of {len(rows):,} items change; {n_unjudged:,} of {n_considered:,} tags "
        "were never judged and are left out"
    )


def compare(
    system: Annotated[str | None, typer.Argument(help="of seeds/systems.csv")] = None,
    variables: Vars = "{}",
    base: Annotated[str, typer.Option("--base-vars", help="vars of the build, JSON")] = "{}",
    item: Annotated[str | None, typer.Option(help="show only this item")] = None,
    ask: Annotated[
        str | None,
        typer.Option(help="ids, with commas: ask what these items lack; costs money"),
    ] = None,
    warehouse: Warehouse = WAREHOUSE,
) -> None:
    """Show the effect of other settings, item by item and in the metrics.

    Published features do not change. Without --ask no call is made: questions that the ledger lacks
    are left out.
    """
    chosen = compared_system(system, parsed_vars(variables))
    dbt = Dbt(parsed_vars(base))
    # Fail at once if there is nothing to compare with.
    with open_read_only(warehouse):
        pass
    settings = dict(chosen.settings)
    asked = ask.split(",") if ask else None
    if asked:
        listed = project_folder() / _ITEMS_TO_ASK
        listed.parent.mkdir(exist_ok=True)
        with listed.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["item_id"], *([name] for name in asked)])
        settings["items_to_tag"] = str(_ITEMS_TO_ASK)
    status = dbt.note_state()
    status = status or run_system(dbt, System(chosen.name, settings), _WHOLE, may_ask=bool(asked))
    status = status or dbt.beside(_METRICS, _SCHEMA, {"compared_system": chosen.name})
    if status:
        raise typer.Exit(status)
    with open_read_only(warehouse) as connection:
        _tell(connection, chosen.name, item, asked)
