"""A model's SQL with the project's own macros, for properties that unit tests cannot state."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment

PROJECT = Path(__file__).resolve().parents[3]


def run_model(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    settings: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Build the table `name` from the tables it refers to, and return its rows by column."""
    macros = [
        path
        for owner in ("generation", "verification")
        for path in sorted((PROJECT / "macros" / owner).glob("*.sql"))
    ]
    (model,) = (PROJECT / "models").glob(f"*/{name}.sql")
    source = "".join(path.read_text() for path in (*macros, model))
    environment = Environment(autoescape=False)  # noqa: S701 (SQL, not HTML)
    sql = environment.from_string(source).render(
        ref=lambda relation: relation, var=lambda key: settings[key]
    )
    connection.execute(f"create or replace table {name} as {sql}")
    table = connection.table(name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
