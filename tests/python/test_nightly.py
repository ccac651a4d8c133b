"""`make nightly`: what runs after a step that failed, what is kept, and how it ends."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.python.conftest import ROOT

# Each says its name, and ends with the status that the file of its name holds.
_DBT = """#!/bin/sh
for step in served nightly parse operations; do
  case " $* " in *" $step "*) break ;; esac
done
echo $step >> steps
mkdir -p target
test $step = parse || test -e no_results || echo $step > target/run_results.json
exit $(cat $step 2> /dev/null || echo 0)
"""
_FEAST = """#!/bin/sh
echo online >> steps
exit $(cat online 2> /dev/null || echo 0)
"""
_ALL = ["nightly", "parse", "online", "operations"]


@dataclass(frozen=True)
class Night:
    """A folder with the project's Makefile, and commands that only say that they were called."""

    folder: Path

    def run(self, *arguments: str) -> tuple[int, list[str]]:
        """Run `make nightly`; returns its recipe's status and the steps that it took."""
        made = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
        done = subprocess.run(
            ["make", *arguments, "nightly"],
            cwd=self.folder,
            env={name: value for name, value in os.environ.items() if name not in made}
            | {"LC_ALL": "C"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        said = re.search(r": nightly\] Error (\d+)", done.stdout)
        assert bool(said) == bool(done.returncode), done.stdout
        steps = self.folder / "steps"
        taken = steps.read_text().split() if steps.exists() else []
        return int(said[1]) if said else 0, taken

    @property
    def results(self) -> str | None:
        """Whose results are kept as the night's."""
        kept = self.folder / "target/nightly_run_results.json"
        return kept.read_text().strip() if kept.exists() else None


@pytest.fixture
def night(tmp_path: Path) -> Night:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "constraints.txt", "feature_repo/requirements.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for name, script in {".venv/bin/dbt": _DBT, ".venv-feast/bin/python": _FEAST}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.write_text(script)
        file.chmod(0o755)
        (file.parent.parent / ".installed").touch()
    return Night(tmp_path)


def test_a_good_night_takes_every_step_and_keeps_the_results_of_its_build(night: Night) -> None:
    assert night.run() == (0, _ALL)
    assert night.results == "nightly"


@pytest.mark.parametrize(
    ("failing", "status", "steps"),
    [
        ({"nightly": 3}, 3, _ALL),
        ({"nightly": 3, "online": 1, "operations": 4}, 3, _ALL),
        # The status of a make within make is 2.
        ({"online": 1, "operations": 4}, 2, _ALL),
        ({"parse": 1}, 2, ["nightly", "parse", "operations"]),
        ({"operations": 4}, 4, _ALL),
    ],
)
def test_a_step_that_fails_stops_no_other_and_the_first_status_is_the_nights(
    night: Night, failing: dict[str, int], status: int, steps: list[str]
) -> None:
    for step, its in failing.items():
        (night.folder / step).write_text(str(its))
    assert night.run() == (status, steps)
    assert night.results == "nightly"


@pytest.mark.parametrize("status", [0, 1])
def test_the_history_of_a_killed_build_is_caught_up_with_first(night: Night, status: int) -> None:
    (night.folder / "data").mkdir()
    (night.folder / "data/warehouse.duckdb").touch()
    (night.folder / "served").write_text(str(status))
    assert night.run() == (0, ["served", *_ALL])
    assert night.results == "nightly"


def test_a_build_that_wrote_no_results_keeps_none_of_an_older_one(night: Night) -> None:
    night.run()
    (night.folder / "nightly").write_text("2")
    (night.folder / "no_results").touch()
    assert night.run() == (2, [*_ALL, *_ALL])
    assert night.results is None


def test_a_dry_run_runs_nothing(night: Night) -> None:
    assert night.run("-n") == (0, [])
