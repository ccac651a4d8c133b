"""Systems of the evaluation: the same models with other settings on the same ledger.

Each has its tables in its own schema, system_<name>, and reads shared tables from the main job
(dbt's --defer). No question is asked twice, and none at all unless the command names items to ask.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_udfs.errors import TagsmithError
from tagsmith.options import project_folder

__all__ = ["COMPARED", "Dbt", "System", "chosen_systems", "listed_systems", "run_system"]

# The system of `tagsmith compare`, maybe of only some items: never part of the evaluation.
COMPARED = "compared"
_SYSTEMS = Path("seeds/systems.csv")
_STATE = Path("target/state")
_TARGET = Path("target/systems")


@dataclass(frozen=True)
class System:
    """A name, and the settings that differ from the compared run."""

    name: str
    settings: Mapping[str, Any]


@dataclass
class Dbt:
    """dbt in the project's folder, with the vars of the compared run."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    executable: Path = field(default_factory=lambda: Path(sys.executable).with_name("dbt"))

    def __call__(
        self, *arguments: str, schema: str = "main", settings: Mapping[str, Any] | None = None
    ) -> int:
        """Run one command with `settings` overriding those of the run; returns its exit status."""
        given = {**self.settings, **(settings or {})}
        command = [str(self.executable), *arguments]
        if given:
            command += ["--vars", json.dumps(given)]
        environment = {**os.environ, "TAGSMITH_SCHEMA": schema}
        return subprocess.run(
            command, cwd=project_folder(), env=environment, check=False
        ).returncode

    def note_state(self) -> int:
        """Write the manifest by which systems find the tables of the main job."""
        return self("--quiet", "parse", "--target-path", str(_STATE))

    def beside(self, selection: Sequence[str], schema: str, settings: Mapping[str, Any]) -> int:
        """Build models in their own schema; missing tables are read from the main job."""
        return self(
            "--quiet", "run", *selection, "--defer", "--favor-state", "--state", str(_STATE),
            "--target-path", str(_TARGET), schema=schema, settings=settings,
        )  # fmt: skip


def listed_systems() -> list[System]:
    """The systems of the seed that are runs with other settings, in its order."""
    with (project_folder() / _SYSTEMS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [System(row["system"], json.loads(row["settings"])) for row in rows if row["settings"]]


def chosen_systems(names: Sequence[str]) -> list[System]:
    """The listed systems of these names; raises TagsmithError if one is not listed."""
    systems = {system.name: system for system in listed_systems()}
    for name in names:
        if name not in systems:
            raise TagsmithError(f"no system {name} in {_SYSTEMS}; it has: {', '.join(systems)}")
    return [systems[name] for name in names]


def run_system(dbt: Dbt, system: System, selection: Sequence[str], *, may_ask: bool = False) -> int:
    """Build the tags of a system in its schema; returns dbt's exit status."""
    settings = {**system.settings, "allow_calls": may_ask}
    return dbt.beside(selection, f"system_{system.name}", settings)
