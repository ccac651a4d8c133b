"""Options shared by several commands, each with the environment variable that builds also read.

As in builds, relative paths of the environment, and defaults, start at the project's folder; what
is typed as an option starts at the current one.
"""

from __future__ import annotations

import os
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
    "project_folder",
]

_CHECKOUT = Path(__file__).resolve().parent.parent

WAREHOUSE = Path("data/warehouse.duckdb")
LEDGER = Path("data/ledger.duckdb")
PUBLISH_DIR = Path("data/published")


def project_folder() -> Path:
    """The dbt project: DBT_PROJECT_DIR, else the one around the current folder, else Tagsmith."""
    named = os.environ.get("DBT_PROJECT_DIR")
    if named:
        return Path(named).absolute()
    here = Path.cwd()
    around = (folder for folder in (here, *here.parents) if (folder / "dbt_project.yml").is_file())
    return next(around, _CHECKOUT)


def _placed(context: typer.Context, parameter: typer.CallbackParam, value: Path) -> Path:
    source = context.get_parameter_source(str(parameter.name))
    is_typed = source is not None and source.name == "COMMANDLINE"
    return value.absolute() if is_typed else project_folder() / value.expanduser()


Warehouse = Annotated[
    Path,
    typer.Option(envvar="TAGSMITH_WAREHOUSE", help="The DuckDB file of a build.", callback=_placed),
]
Ledger = Annotated[
    Path,
    typer.Option(
        envvar="TAGSMITH_LEDGER", help="The DuckDB file with all answers.", callback=_placed
    ),
]
PublishDir = Annotated[
    Path,
    typer.Option(
        envvar="TAGSMITH_PUBLISH_DIR", help="Where versions are published.", callback=_placed
    ),
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
