"""Systems of the evaluation are runs with other settings: their tables, calls and isolation."""

from __future__ import annotations

import json

import pytest

from tests.python.e2e.conftest import CopyProject, WithTests

pytestmark = pytest.mark.dbt


def test_a_system_is_the_same_models_with_other_settings(
    copy: CopyProject,
) -> None:
    project = copy()
    published = sorted(project.published())
    tags = project.query("select item_id, tag, rank from item_tags order by all")

    only = ["--system", "text_only", "--system", "mapped_only"]
    ran = project.tagsmith("evaluate", "--no-build", *only)
    assert ran.code == 0, ran.output[-6000:]
    assert project.endpoint.n_calls == 0
    lists = "select item_id, tag, rank from int_system_tags where system = '{}' order by all"
    assert project.query(lists.format("tagsmith")) == tags
    assert project.query(lists.format("mapped_only")) != tags
    assert project.query(
        "select distinct status from system_mapped_only.int_tags_selected where is_selected"
    ) == [("mapped",)]
    assert project.query(
        "select distinct modality from system_text_only.int_candidates_by_path"
    ) == [("text",)]
    # Tags named only by image paths get no rank; the others keep ranks without gaps.
    ((n_image,),) = project.query(
        "select count(*) from int_candidates_ensembled where (item_id, tag) not in "
        "(select (item_id, tag) from int_candidates_by_path where modality = 'text')"
    )
    assert n_image > 0
    assert project.query(
        "select (select count(*) from int_candidates_ensembled) "
        "- (select count(*) from system_text_only.int_candidates_ensembled)"
    ) == [(n_image,)]

    # An arm of the user's own: shown, and nothing that is published changes.
    ran = project.tagsmith("compare", "--vars", "{top_k: 1, min_true_tags: 1}")
    assert ran.code == 0, ran.output[-6000:]
    assert project.endpoint.n_calls == 0
    assert "precision@5" in ran.output
    # An item with one tag, since policies excluded its others, stays as it is.
    n_changed = len({item_id for item_id, _, rank in tags if rank > 1})
    assert n_changed >= 3
    assert f"{n_changed} of 4 items change" in ran.output
    assert project.query("select item_id, tag, rank from item_tags order by all") == tags
    assert sorted(project.published()) == published
    # Other metrics than those of the comparison stay as they are.
    assert project.query("select distinct system from item_metrics where system = 'compared'") == []

    # New calls are limited to the items that are named.
    ran = project.tagsmith("compare", "--vars", "{max_item_text_tokens: 60}", "--ask", "parasite")
    assert ran.code == 0, ran.output[-6000:]
    assert project.endpoint.n_calls > 0
    # An evaluator that reads lines sees no title.
    assert {seen.asked.title for seen in project.endpoint.seen} - {""} == {"Parasite"}
    assert "of 1 items change" in ran.output

    # Tags of another time are not compared.
    project.build("--select", "int_tags_selected")
    assert project.query(
        "select count(*) from information_schema.schemata where starts_with(schema_name, 'system_')"
    ) == [(0,)]


def test_a_system_that_is_not_listed_is_refused(copy: CopyProject) -> None:
    project = copy()
    for arguments in (["compare", "no_magic"], ["evaluate", "--system", "no_magic"]):
        ran = project.tagsmith(*arguments)
        assert ran.code == 1
        assert "no system no_magic in seeds/systems.csv; it has: text_only, " in ran.output


def test_an_evaluation_runs_no_test_of_tables_that_it_does_not_build(
    copy: CopyProject, with_tests: WithTests
) -> None:
    measured = ("--selector", "measured", "--resource-type", "test")
    keys = ("--output", "json", "--output-keys", "fqn")
    ran = with_tests(copy()).run("--quiet", "ls", *measured, *keys)
    assert ran.code == 0, ran.output[-6000:]
    folders = {json.loads(line)["fqn"][1] for line in ran.output.splitlines()}
    assert {"evaluation", "experiments"} <= folders
    assert "recommendation" not in folders
