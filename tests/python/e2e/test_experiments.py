"""Experiments from a user's log, valid and invalid ones together."""

from __future__ import annotations

import pytest

from tests.python.e2e.catalogues import write_csv
from tests.python.e2e.conftest import CopyProject, WithTests
from tests.python.e2e.projects import Project

pytestmark = pytest.mark.dbt

_COLUMNS = ("experiment_id", "group", "user_id", "item_id", "event_type", "occurred_at")
_BUILD = ("build", "--selector", "experiments", "--exclude-resource-type", "unit_test")
_Row = tuple[str, ...]


def _build(project: Project, rows: list[_Row], *, group: str = "group", code: int = 0) -> str:
    """Build the experiments of these rows, whose group is called `group`."""
    columns = [group if name == "group" else name for name in _COLUMNS]
    events = [dict(zip(columns, row, strict=True)) for row in rows]
    write_csv(project.folder / "events.csv", events, columns=columns)
    project.environment["TAGSMITH_EXPERIMENT_EVENTS"] = str(project.folder / "events.csv")
    renamed = {} if group == "group" else {"experiment_events_columns": {group: "group"}}
    ran = project.run(*_BUILD, variables=renamed)
    assert ran.code == code, ran.output[-4000:]
    assert project.endpoint.n_calls == 0
    return ran.output


def _events(experiment: str, group: str, user: str, *kinds: str) -> list[_Row]:
    """Events on one item, a second apart."""
    return [
        (experiment, group, user, "parasite", kind, f"2026-03-01 10:00:{second:02}")
        for second, kind in enumerate(kinds)
    ]


def test_bad_experiments_are_told_and_good_ones_measured(
    copy: CopyProject, with_tests: WithTests
) -> None:
    project = with_tests(copy())
    rows = [
        row
        for user in range(40)
        for row in _events(
            "good", "AB"[user % 2], f"u{user}", "exposure", "exposure",
            *(["click"] if user % 3 else []), *(["view"] * (1 + user % 2)),
        )
    ]  # fmt: skip
    rows += _events("alone", "A", "u1", "exposure", "view")
    rows += _events("three", "A", "u1", "view") + _events("three", "B", "u2", "view")
    rows += _events("three", "C", "u3", "view")
    rows += _events("good", "A", "both", "click") + _events("good", "B", "both", "view")
    rows += _events("good", "A", "ghost", "click")
    rows += [rows[0], ("good", "A", "u0", "parasite", "stare", "2026-03-01")]
    _build(project, rows, group="arm")
    checks = project.query(
        "select experiment_id, is_valid, n_users_a, n_users_b, n_users_in_both, "
        "n_users_with_unseen_clicks, remark from experiment_checks order by experiment_id"
    )
    assert checks == [
        ("alone", False, 0, 0, 0, 0, "only one group; a comparison needs two"),
        ("good", True, 21, 20, 1, 2, "1 users in both groups are excluded; "
         "2 users have more clicks than exposures"),
        ("three", False, 0, 0, 0, 0, "3 groups; log each pair as its own experiment"),
    ]  # fmt: skip
    metrics = project.query(
        "select metric, round(value_a, 3), round(value_b, 3), remark from experiment_metrics "
        "where experiment_id = 'good' order by metric"
    )
    assert [row[:3] for row in metrics] == [
        ("coverage", 1, 1), ("ctr", 0.35, 0.325), ("cvr", 0, 0), ("pv", 0.952, 2),
        ("uv", 0.952, 1),
    ]  # fmt: skip
    assert {row[0]: row[3] for row in metrics}["cvr"] == "nothing was counted in a group"
    assert project.query("select distinct experiment_id from experiment_metrics") == [("good",)]
    assert project.query(
        "select row_key, column_name from stg_rejected_rows where table_name = 'experiment_events'"
    ) == [("parasite", "event_type")]


def test_too_many_bad_rows_stop_the_metrics(copy: CopyProject, with_tests: WithTests) -> None:
    rows = [*_events("e", "A", "u", "view"), *_events("e", "", "u", "view")]
    output = _build(with_tests(copy()), rows, code=1)
    assert "rejected_experiment_events_stay_under_the_allowed_share" in output


def test_an_empty_log_gives_empty_tables(copy: CopyProject, with_tests: WithTests) -> None:
    project = with_tests(copy())
    _build(project, [])
    for table in ("experiment_checks", "experiment_metrics", "int_experiment_users"):
        assert project.query(f"select count(*) from {table}") == [(0,)]
