"""An item with unanswered questions keeps what is published of it, until they are answered."""

from __future__ import annotations

import duckdb
import pytest

from tests.python.e2e.catalogues import small_catalogue
from tests.python.e2e.conftest import CopyProject
from tests.python.e2e.projects import Project
from tests.python.faults import Fault

pytestmark = pytest.mark.dbt


def published(project: Project, table: str, columns: str) -> list[tuple[object, ...]]:
    """Rows of `current` of one item."""
    file = project.folder / "published" / "current" / f"{table}.parquet"
    query = f"select {columns} from '{file}' where item_id = 'oldboy'"
    return duckdb.connect().execute(query).fetchall()


def test_a_hole_is_never_published_and_retry_asks_only_for_what_is_missing(
    copy: CopyProject, small: Project
) -> None:
    project = copy()
    before = published(project, "item_features", "tags, title")
    tags_before = published(project, "item_tags", "tag, rank, score")
    catalogue = small_catalogue()
    catalogue.item("oldboy")["synopsis"] = "A painter returns to a frozen harbour to find her son."
    catalogue.write(project.folder)
    project.endpoint.fail_item("frozen harbour", Fault.refusal())
    project.endpoint.fail_item("frozen harbour", Fault.refusal(), kind="verdict")
    project.build()
    assert project.query("select item_id, is_complete from item_features order by all") == [
        ("oldboy", False), ("paddington-2", True), ("parasite", True), ("train-to-busan", True),
    ]  # fmt: skip
    assert project.query("from int_items_kept") == [("oldboy",)]
    assert project.query("select * from item_changes where is_changed") == []
    assert published(project, "item_features", "tags, title") == before
    assert published(project, "item_features", "is_complete") == [(False,)]
    assert published(project, "item_tags", "tag, rank, score") == tags_before
    failures = "select role, count(*), sum(cost_usd), count(last_raw_reply) from question_failures"
    ((_, n_missing, _, n_raw), *_) = project.query(f"{failures} group by all order by all")
    assert n_missing == n_raw > 0

    project.endpoint.reset()
    said = project.tagsmith("retry", "--exclude-resource-type", "test", "unit_test")
    assert said.code == 0, said.output
    assert "refusal" in said.output
    # An evaluator that reads lines sees no title.
    assert {seen.asked.title for seen in project.endpoint.seen} <= {"Oldboy", ""}
    assert "Oldboy" in {seen.asked.title for seen in project.endpoint.seen}
    assert project.query("select bool_and(is_complete) from item_features") == [(True,)]
    ((tags, _),) = published(project, "item_features", "tags, title")
    assert tags and tags != before[0][0]
    assert project.tagsmith("retry").output.startswith("every question has an answer")
