"""Options shared by several commands, each with the environment variable that builds also read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from python_udfs.errors import TagsmithError

__all__ = [
    "LEDGER",
    "PUBLISH_DIR",
    "WAREHOUSE",
    "Ledger",
    "PublishDir",
    "Vars",
    "Warehouse",
    "parsed_vars",
]

WAREHOUSE = Path("data/warehouse.duckdb")
LEDGER = Path("data/ledger.duckdb")
PUBLISH_DIR = Path("data/published")

Warehouse = Annotated[
    Path, typer.Option(envvar="TAGSMITH_WAREHOUSE", help="The DuckDB file of a build.")
]
Ledger = Annotated[
    Path, typer.Option(envvar="TAGSMITH_LEDGER", help="The DuckDB file with all answers.")
]
PublishDir = Annotated[
    Path, typer.Option(envvar="TAGSMITH_PUBLISH_DIR", help="Where versions are published.")
]
Vars = Annotated[str, typer.Option("--vars", help="settings, as in dbt: '{alpha: 0.8}'")]


def parsed_vars(text: str) -> dict[str, Any]:
    """The mapping in YAML or JSON text; raises TagsmithError if there is none."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TagsmithError(f"--vars is not YAML: {text}") from error
    if not isinstance(found, dict):
        raise TagsmithError(f"--vars is not a mapping of settings: {text}; write '{{alpha: 0.8}}'")
    return found
