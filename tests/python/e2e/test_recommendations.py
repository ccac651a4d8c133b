"""Recommendations from a user's interactions and the published features."""

from __future__ import annotations

import pytest

from tests.python.e2e.catalogues import write_csv
from tests.python.e2e.conftest import CopyProject, WithTests
from tests.python.e2e.projects import Project

pytestmark = pytest.mark.dbt

_COLUMNS = ("user_id", "item_id", "event_type", "occurred_at")
_BUILD = ("build", "--selector", "recommendation", "--exclude-resource-type", "unit_test")


def recommend(project: Project, rows: list[tuple[str, str]]) -> str:
    """Build the recommendations of these (user, item) pairs; returns what dbt said."""
    events = [
        dict(zip(_COLUMNS, (*pair, "view", f"2026-03-{n + 1:02} 10:00:00"), strict=True))
        for n, pair in enumerate(rows)
    ]
    write_csv(project.folder / "interactions.csv", events, columns=_COLUMNS)
    project.environment["TAGSMITH_INTERACTIONS"] = str(project.folder / "interactions.csv")
    ran = project.run(*_BUILD)
    assert ran.code == 0, ran.output[-4000:]
    assert project.endpoint.n_calls == 0
    return ran.output


def test_unknown_items_are_rejected_and_users_get_what_they_have_not_seen(
    copy: CopyProject, with_tests: WithTests
) -> None:
    project = with_tests(copy())
    recommend(
        project,
        [("ann", "parasite"), ("ann", "oldboy"), ("bob", "parasite"), ("bob", "no-such-film"),
         ("eve", "")],
    )  # fmt: skip
    rejected = project.query(
        "select row_key, reason from stg_rejected_rows where table_name = 'interactions'"
    )
    assert len(rejected) == 2
    assert any("catalogue" in reason for _, reason in rejected)
    rows = project.query("select user_id, item_id, model, tags from recommendations")
    assert {user for user, *_ in rows} == {"ann", "bob"}
    assert not {("ann", "parasite"), ("ann", "oldboy"), ("bob", "parasite")} & {
        (user, item) for user, item, *_ in rows
    }
    # Nobody saw these two: only tags lead to them, and are the reason shown.
    cold = [row for row in rows if row[1] in {"train-to-busan", "paddington-2"}]
    assert {row[2] for row in cold} >= {"content"}
    assert any(row[3] for row in cold)


def test_an_empty_file_gives_empty_tables(copy: CopyProject, with_tests: WithTests) -> None:
    project = with_tests(copy())
    recommend(project, [])
    assert project.query("select count(*) from recommendations") == [(0,)]
    assert project.query("select count(*) from item_neighbors where model = 'item_cf'") == [(0,)]
