"""The check of settings as an SQL function for dbt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import yaml

from python_udfs.settings.check import setting_problems

__all__ = ["register", "vars_of"]

_PACKAGE = "tagsmith"


def vars_of(project: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """The vars of a project file, overridden by `given` (of --vars), as in dbt.

    If Tagsmith is a package of another project, only the vars under its name.
    """
    declared = yaml.safe_load(project.read_text(encoding="utf-8")) if project.is_file() else {}
    found = dict(declared.get("vars") or {})
    named = found.pop(_PACKAGE, {})
    own = found if declared.get("name") == _PACKAGE else {}
    return {**own, **named, **given}


def register(connection: duckdb.DuckDBPyConnection, project: Path) -> None:
    """Give `connection` the function `setting_problems(json varchar) -> varchar`.

    The argument has the vars of --vars, `project` (a file) the others. The result has a line per
    problem, '' if none.
    """

    def problems(given: str) -> str:
        return "\n".join(setting_problems(vars_of(project, json.loads(given))))

    connection.create_function("setting_problems", problems)
