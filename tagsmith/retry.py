"""Ask unanswered questions again, quarantined ones too: `tagsmith retry`."""

from __future__ import annotations

from collections.abc import Set
from typing import Annotated, Any

import duckdb
import typer

from tagsmith.options import WAREHOUSE, Vars, Warehouse, parsed_vars
from tagsmith.plain_text import plain, table
from tagsmith.systems import Dbt
from tagsmith.warehouse import open_read_only

__all__ = ["retry", "unanswered"]

# Answers that gates judge: the SQL of their roles, and of those that count.
_ANSWERS = {
    "int_generation_answers": ("split_part(path, ':', 1)", "true"),
    "int_evaluator_answers": ("evaluator", "purpose <> 'control'"),
}
_BUILT = "select table_name from duckdb_tables() where schema_name = current_schema()"


def unanswered(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Lines on the questions without an answer, by role and class; [] if all have one."""
    built = {name for (name,) in connection.execute(_BUILT).fetchall()}
    rows = _left_by_a_gate(connection, built)
    if not rows or "question_failures" in built:
        detailed = connection.execute(
            """
            select role, status, coalesce(error_class, '-'), count(*), sum(cost_usd),
                any_value(coalesce(last_error_message, '-') order by last_attempt_at desc)
            from question_failures group by all order by all
            """
        ).fetchall()
        rows = detailed or rows
    if not rows:
        return []
    cells = [
        (role, status, error_class, f"{count:,}", "-" if usd is None else f"{usd:.4f}", plain(said))
        for role, status, error_class, count, usd, said in rows
    ]
    return table(("role", "status", "class", "questions", "USD", "last words"), cells)


def _left_by_a_gate(
    connection: duckdb.DuckDBPyConnection, built: Set[str]
) -> list[tuple[Any, ...]]:
    """The same without cost and words: a gate that fails ends the build before question_failures.

    That table is then missing, or of a build before.
    """
    return [
        row
        for table, (role, counts) in _ANSWERS.items()
        if table in built
        for row in connection.execute(
            f"select {role} as role, status, coalesce(error_class, '-'), count(*), null, '-' "
            f"from {table} where status <> 'answered' and {counts} group by all order by all"
        ).fetchall()
    ]


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
