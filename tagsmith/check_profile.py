"""The profile of `tagsmith check`: the user's own, with another warehouse and ledger."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import yaml

from python_udfs.errors import SettingError
from python_udfs.project_paths import in_project, is_file
from python_udfs.settings import INPUT_NAMES
from python_udfs.settings.functions import vars_of
from python_udfs.writable import check_database

__all__ = ["write_profile"]

_FILE = "profiles.yml"


def write_profile(project: Path, folder: Path, given: Mapping[str, Any]) -> None:
    """Write the project's profile into `folder`, with check.duckdb and ledger.duckdb there.

    What else it attaches stays, and secrets stay references to the environment. The warehouse of
    builds is attached for reading if an input is a table of it. Raises SettingError without a
    profile, PlaceError if a build could not write its warehouse or ledger.
    """
    declared = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    places = [os.environ.get("DBT_PROFILES_DIR"), project, Path.home() / ".dbt"]
    files = [project / place / _FILE for place in places if place]
    file = next((one for one in files if one.is_file()), None)
    name = os.environ.get("DBT_PROFILE") or declared["profile"]
    profiles = yaml.safe_load(file.read_text(encoding="utf-8")) if file else {}
    if name not in profiles:
        raise SettingError(
            f"no {_FILE} with the profile {name}; looked in: "
            + ", ".join(str(one.parent) for one in files)
        )
    tables = _tables(vars_of(project / "dbt_project.yml", given))
    target = os.environ.get("DBT_TARGET") or _rendered(profiles[name].get("target", ""), given)
    for output_name, output in profiles[name]["outputs"].items():
        if output_name == target:
            _check_places(output, project, given)
        _redirect(output, project, folder, tables, given)
    (folder / _FILE).write_text(yaml.safe_dump({name: profiles[name]}), encoding="utf-8")


def _tables(variables: Mapping[str, Any]) -> list[str]:
    names = ((name, f"TAGSMITH_{name.upper()}") for name in INPUT_NAMES)
    return [str(variables.get(name) or os.environ.get(variable, "")) for name, variable in names]


def _check_places(output: dict[str, Any], project: Path, given: Mapping[str, Any]) -> None:
    ledger = [one for one in output.get("attach") or [] if one.get("alias") == "ledger"]
    for path, what, variable in (
        (output.get("path", ":memory:"), "the warehouse", "TAGSMITH_WAREHOUSE"),
        *((one["path"], "the ledger", "TAGSMITH_LEDGER") for one in ledger),
    ):
        place = in_project(_rendered(str(path), given), project)
        if is_file(place):
            check_database(Path(place), what, variable)


def _redirect(
    output: dict[str, Any],
    project: Path,
    folder: Path,
    tables: list[str],
    given: Mapping[str, Any],
) -> None:
    path = _rendered(str(output.get("path", ":memory:")), given)
    database = Path(path).name.lstrip(".").split(".")[0]
    attached = [one for one in output.get("attach") or [] if one.get("alias") != "ledger"]
    if len(attached) < len(output.get("attach") or []):
        attached.append({"path": str(folder / "ledger.duckdb"), "alias": "ledger"})
    if any(table.startswith(f"{database}.") for table in tables):
        place = in_project(path, project)
        attached.append({"path": place, "alias": database, "read_only": True})
    output.pop("database", None)
    output |= {"path": str(folder / "check.duckdb"), "attach": attached, "schema": "main"}


def _rendered(text: str, given: Mapping[str, Any]) -> str:
    """A value of a profile, with the functions that dbt has for it."""
    return jinja2.Template(text).render(
        env_var=lambda name, default="": os.environ.get(name, default),
        var=lambda name, default="": given.get(name, default),
    )
