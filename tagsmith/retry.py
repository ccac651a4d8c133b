"""Ask unanswered questions again, quarantined ones too: `tagsmith retry`."""

from __future__ import annotations

from typing import Annotated

import duckdb
import typer

from tagsmith.options import WAREHOUSE, Vars, Warehouse, parsed_vars
from tagsmith.plain_text import plain, table
from tagsmith.systems import Dbt
from tagsmith.warehouse import open_read_only

__all__ = ["retry", "unanswered"]


def unanswered(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Lines on the questions without an answer, by role and class; [] if all have one."""
    rows = connection.execute(
        """
        select role, status, coalesce(error_class, '-'), count(*), sum(cost_usd),
            any_value(coalesce(last_error_message, '-') order by last_attempt_at desc)
        from question_failures group by all order by all
        """
    ).fetchall()
    if not rows:
        return []
    cells = [
        (role, status, error_class, f"{count:,}", "-" if usd is None else f"{usd:.4f}", plain(said))
        for role, status, error_class, count, usd, said in rows
    ]
    return table(("role", "status", "class", "questions", "USD", "last words"), cells)


def retry(
    arguments: Annotated[list[str] | None, typer.Argument(help="of dbt build")] = None,
    variables: Vars = "{}",
    warehouse: Warehouse = WAREHOUSE,
) -> None:
    """Ask the questions that the last build left without an answer again, and publish."""
    with open_read_only(warehouse) as connection:
        lines = unanswered(connection)
    if not lines:
        print("every question has an answer; there is nothing to ask again")
        return
    print("\n".join(lines), flush=True)
    dbt = Dbt({**parsed_vars(variables), "retry_quarantined": True})
    raise typer.Exit(dbt("build", *(arguments or [])))
