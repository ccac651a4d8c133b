"""Tagging a part of a catalogue keeps the other items, without tags."""

from __future__ import annotations

import pytest

from tests.python.e2e.conftest import CopyProject
from tests.python.e2e.projects import Project, assert_same_tables

pytestmark = pytest.mark.dbt

TAGS = "select item_id, n_tags > 0 from item_features order by item_id"


def test_only_listed_items_are_asked_about_and_the_others_stay_without_tags(
    copy: CopyProject, small: Project
) -> None:
    item_ids = sorted(item for (item,) in small.query("select item_id from stg_items"))
    project = copy()
    listed = project.folder / "items_to_tag.csv"
    listed.write_text(f"item_id\n{item_ids[1]}\nnot there\n", encoding="utf-8")
    project.environment["TAGSMITH_ITEMS_TO_TAG"] = str(listed)
    project.forget()
    project.build("--threads", "8", evaluated=True)
    assert project.ledger().items("text", "image", "lenient", "strict") == {item_ids[1]}
    assert project.query(TAGS) == [(item, item == item_ids[1]) for item in item_ids]
    assert project.query(
        "select row_key, reason from stg_rejected_rows where table_name = 'items_to_tag'"
    ) == [("not there", "item_id is not in the catalogue")]
    # Baselines know the whole catalogue.
    assert project.query("select count(distinct item_id) from int_baseline_tags") == [(4,)]


def test_items_come_back_without_a_call(copy: CopyProject, small: Project) -> None:
    project = copy()
    listed = project.folder / "items_to_tag.csv"
    listed.write_text("item_id\n", encoding="utf-8")
    project.environment["TAGSMITH_ITEMS_TO_TAG"] = str(listed)
    project.build("--threads", "8", "--select", "+item_features")
    assert project.query("select count(*) from item_features where n_tags > 0") == [(0,)]
    del project.environment["TAGSMITH_ITEMS_TO_TAG"]
    project.build("--threads", "8")
    assert project.endpoint.n_calls == 0
    # It was published again since then, so times differ.
    assert_same_tables(project, small, of_any_ledger=True, main_job=True)
