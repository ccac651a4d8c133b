"""Quality of the tags and effect of each stage: `make evaluate`, `make report`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from tagsmith.evaluation_results import write_evaluation
from tagsmith.options import WAREHOUSE, Vars, Warehouse, parsed_vars
from tagsmith.systems import Dbt, System, chosen_systems, listed_systems, run_system
from tagsmith.warehouse import open_read_only

__all__ = ["evaluate", "evaluate_run"]

_MEASURED = ("--selector", "measured", "--exclude-resource-type", "unit_test")


def existing_systems(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Names of the systems whose tables exist."""
    rows = connection.execute(
        "select table_schema[8:] from information_schema.tables "
        "where starts_with(table_schema, 'system_') and table_name = 'int_tags_selected'"
    )
    return {name for (name,) in rows.fetchall()}


def evaluate_run(dbt: Dbt, systems: list[System]) -> int:
    """Run `systems` and build the evaluation; returns the first non-zero status."""
    statuses = [dbt.note_state()] if systems else []
    for number, system in enumerate(systems, start=1):
        print(f"system {number} of {len(systems)}: {system.name}", file=sys.stderr, flush=True)
        statuses.append(run_system(dbt, system, ("--selector", "tagging")))
    statuses.append(dbt("--quiet", "build", *_MEASURED))
    return next((status for status in statuses if status), 0)


def evaluate(
    variables: Vars = "{}",
    warehouse: Warehouse = WAREHOUSE,
    only: Annotated[
        list[str] | None, typer.Option("--system", help="only these; repeatable")
    ] = None,
    results: Annotated[Path | None, typer.Option(help="Markdown: write the tables here")] = None,
    *,
    build: Annotated[bool, typer.Option(help="run the main job first")] = True,
) -> None:
    """Build, run the systems of seeds/systems.csv and measure them all.

    Without the build, existing systems are not run again; a build of the tags drops them.
    """
    wanted = chosen_systems(only) if only else listed_systems()
    dbt = Dbt(parsed_vars(variables))
    status = dbt("build") if build else 0
    with open_read_only(warehouse) as connection:
        existing = existing_systems(connection)
    missing = [system for system in wanted if system.name not in existing]
    measured = evaluate_run(dbt, missing)
    if results:
        with open_read_only(warehouse) as connection:
            write_evaluation(connection, results)
        print(f"written: {results}")
    raise typer.Exit(measured or status)
