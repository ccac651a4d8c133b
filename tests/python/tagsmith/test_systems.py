"""Systems of the evaluation: the list, the order of steps, and the output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from python_udfs.errors import TagsmithError
from python_udfs.settings.check import setting_problems
from tagsmith.compare import compared_system, item_changes
from tagsmith.evaluate import evaluate_run
from tagsmith.systems import Dbt, System, chosen_systems, listed_systems


class Noted(Dbt):
    """Records each step instead of running it; a system named `bad` fails."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[tuple[str, Mapping[str, Any]]] = []

    def __call__(
        self, *arguments: str, schema: str = "main", settings: Mapping[str, Any] | None = None
    ) -> int:
        """Record the command."""
        words = [word for word in arguments if not word.startswith("-")]
        self.steps.append((f"{words[0]} in {schema}", settings or {}))
        return int(schema == "system_bad")


def run(systems: Sequence[System]) -> tuple[int, Noted]:
    dbt = Noted()
    return evaluate_run(dbt, list(systems)), dbt


def test_every_listed_system_changes_settings_that_are_allowed() -> None:
    systems = listed_systems()
    assert {"text_only", "no_ensemble", "no_evaluators"} <= {system.name for system in systems}
    for system in systems:
        assert system.settings, system.name
        assert setting_problems(system.settings) == [], system.name


def test_a_name_that_is_not_listed_is_refused() -> None:
    assert [system.name for system in chosen_systems(["no_ensemble"])] == ["no_ensemble"]
    with pytest.raises(TagsmithError, match=r"no system x in .*; it has: text_only, "):
        chosen_systems(["no_ensemble", "x"])


def test_a_comparison_never_takes_the_place_of_a_listed_system() -> None:
    listed = compared_system("mapped_only", {})
    assert (listed.name, listed.settings) == ("compared", {"tag_statuses": ["mapped"]})
    assert compared_system(None, {"alpha": 0.8}) == System("compared", {"alpha": 0.8})
    for name, changes in ((None, {}), ("mapped_only", {"alpha": 0.8})):
        with pytest.raises(TagsmithError, match="not both"):
            compared_system(name, changes)


def test_each_system_runs_apart_and_asks_nothing_then_all_are_measured() -> None:
    status, dbt = run([System("one", {"alpha": 0.5}), System("two", {})])
    assert status == 0
    assert dbt.steps == [
        ("parse in main", {}),
        ("run in system_one", {"alpha": 0.5, "allow_calls": False}),
        ("run in system_two", {"allow_calls": False}),
        ("build in main", {}),
    ]


def test_a_system_that_fails_is_told_and_the_others_are_measured() -> None:
    status, dbt = run([System("bad", {}), System("two", {})])
    assert status == 1
    assert [step for step, _ in dbt.steps][2:] == ["run in system_two", "build in main"]


def test_dbt_is_started_in_the_projects_folder_with_the_vars_of_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert Dbt().executable.is_file()
    executable = tmp_path / "dbt"
    executable.write_text('#!/bin/sh\necho "$PWD in $TAGSMITH_SCHEMA:" "$@"\nexit 3\n')
    executable.chmod(0o755)
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.setenv("DBT_PROJECT_DIR", str(project))
    dbt = Dbt({"alpha": 0.5, "top_k": 9}, executable)
    assert dbt("run", "--quiet", schema="system_one", settings={"top_k": 1}) == 3
    said = capfd.readouterr().out
    assert said == f'{project} in system_one: run --quiet --vars {{"alpha": 0.5, "top_k": 1}}\n'


def test_systems_that_stand_are_measured_without_a_run() -> None:
    assert [step for step, _ in run([])[1].steps] == ["build in main"]


def test_what_comes_goes_and_moves_is_told_by_item() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema system_arm;
            create table main.int_tags_selected as select * from (values
                ('a', 'sea', 1, true), ('a', 'war', 2, true), ('a', 'late', 3, false),
                ('b', 'train', 1, true), ('c', 'heist', 1, true)
            ) as t (item_id, tag, rank, is_selected);
            create table system_arm.int_tags_selected as select * from (values
                ('a', 'war', 1, true), ('a', 'fog', 2, true), ('b', 'train', 1, true)
            ) as t (item_id, tag, rank, is_selected);
            """
        )
        assert item_changes(connection, "arm") == [
            ("a", ["fog"], ["sea"], 1),
            ("b", [], [], 0),
            ("c", [], ["heist"], 0),
        ]
        assert item_changes(connection, "arm", ["b"]) == [("b", [], [], 0)]
