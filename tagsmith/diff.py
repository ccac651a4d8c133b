"""What a publication would change for readers of `current`: `make diff` [ITEM=...].

Reads only the warehouse; every build writes item_changes and item_tag_changes before it
publishes.
"""

from __future__ import annotations

from typing import Annotated

import duckdb
import typer

from tagsmith.options import WAREHOUSE, Warehouse
from tagsmith.plain_text import plain
from tagsmith.warehouse import open_read_only

_SHOWN = 200


def summary(connection: duckdb.DuckDBPyConnection) -> str:
    """One line: items served, new, removed, changed, and the limit of the gate."""
    ((served, new, removed, changed, moved, allowed),) = connection.execute(
        """
        select count_if(is_served), count_if(not is_served), count_if(is_removed),
            count_if(is_changed and not is_removed),
            count_if(is_served and not is_changed and n_tags_moved > 0),
            (select value from run_settings where name = 'max_changed_share')
        from item_changes
        """
    ).fetchall()
    share = (removed + changed) / served if served else 0.0
    return (
        f"{served:,} items are served: {removed:,} would go, {changed:,} gain or lose tags "
        f"({share:.1%} together; the gate allows {float(allowed):.0%}), {moved:,} only reorder; "
        f"{new:,} come new"
    )


def describe(connection: duckdb.DuckDBPyConnection, item_id: str | None) -> list[str]:
    """Lines for each item that would change: tags in (+), out (-) and moved (~)."""
    rows = connection.execute(
        """
        with described as (
            select item_id, change_kind,
                string_agg(
                    case change_kind
                        when 'in' then '+' || tag
                        when 'out' then '-' || tag
                        else '~' || tag || ' ' || rank_before || '>' || rank_after
                    end, ', ' order by coalesce(rank_after, rank_before), tag
                ) as tags
            from item_tag_changes
            group by all
        )
        select item_id, title, is_served, is_removed,
            list(tags order by change_kind) filter (where tags is not null)
        from item_changes
        left join described using (item_id)
        where (item_id = $item_id or $item_id is null)
            and (is_removed or not is_served or tags is not null)
        group by all
        order by is_removed desc, is_served desc, item_id
        """,
        {"item_id": item_id},
    ).fetchall()
    lines = []
    for found_id, title, is_served, is_removed, tags in rows[:_SHOWN]:
        state = "removed" if is_removed else "changed" if is_served else "new"
        name = found_id if title is None else f"{title} ({found_id})"
        lines.append(f"{state:8} {plain(name)}: {plain('; '.join(tags or ['no tags']))}")
    if len(rows) > _SHOWN:
        lines.append(f"... and {len(rows) - _SHOWN:,} more: select * from item_tag_changes")
    return lines


def diff(
    item: Annotated[str, typer.Argument(help="item_id; default: all")] = "",
    warehouse: Warehouse = WAREHOUSE,
) -> None:
    """Show what publishing the last build would change for readers, item by item."""
    with open_read_only(warehouse) as connection:
        print("\n".join([*describe(connection, item or None), summary(connection)]))
