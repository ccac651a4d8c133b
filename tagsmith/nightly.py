"""One night: build, gates, publication, online store (docs/operations.md)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from tagsmith.options import WAREHOUSE, Warehouse, project_folder
from tagsmith.systems import Dbt

__all__ = ["night", "nightly"]

Run = Callable[[Sequence[str]], int]

_RESULTS = Path("target/run_results.json")
_KEPT = Path("target/nightly_run_results.json")
# Creates the feature store's environment, parses its contract with dbt, and updates it.
_ONLINE = ("make", "--no-print-directory", "feature-store")


def night(dbt: Run, online: Callable[[], int], *, is_first: bool) -> int:
    """Run every step of a night and return the first non-zero status.

    `dbt` runs a command with these arguments and `online` loads published features into the online
    store; each returns its status. Some tests do not stop publication, so the online store is
    updated whatever the build's status. The build's results are set aside, since later steps write
    their own. Unless the night `is_first` of its warehouse, the history is first updated with a
    version whose build was killed after the switch.
    """
    if not is_first and dbt(["--quiet", "build", "--selector", "served"]):
        print("the history could not be updated; the night continues", file=sys.stderr)
    for file in (_RESULTS, _KEPT):
        file.unlink(missing_ok=True)
    statuses = [dbt(["build", "--selector", "nightly"])]
    if _RESULTS.is_file():
        shutil.copyfile(_RESULTS, _KEPT)
    statuses.append(online())
    # Once more, for the time of the online load and for tables that a failed test skipped.
    statuses.append(dbt(["--quiet", "build", "--selector", "operations"]))
    return next((status for status in statuses if status), 0)


def nightly(
    arguments: Annotated[list[str] | None, typer.Argument(help="of every dbt build")] = None,
    warehouse: Warehouse = WAREHOUSE,
) -> None:
    """Run one night: new and changed items, gates, publication, online store."""
    dbt = Dbt()
    os.chdir(project_folder())

    def build(step: Sequence[str]) -> int:
        return dbt(*step, *(arguments or []))

    def online() -> int:
        return subprocess.run(_ONLINE, check=False).returncode

    raise typer.Exit(night(build, online, is_first=not warehouse.exists()))
