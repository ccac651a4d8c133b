"""The price of a build is said before its first call, and the fact lies within the interval."""

from __future__ import annotations

from typing import Any

import pytest

from tests.python.e2e.catalogues import small_catalogue
from tests.python.e2e.conftest import CopyProject
from tests.python.e2e.projects import Project
from tests.python.endpoint import MODEL

pytestmark = pytest.mark.dbt

PRICES = {"llm_prices": {MODEL: [1.0, 0.5, 4.0], f"{MODEL}-b": [2.0, 1.0, 8.0]}}
TO_ACCURACY = ("--select", "+estimate_accuracy")


def accuracy(project: Project) -> list[tuple[Any, ...]]:
    """Role, basis and whether the fact is within, of the newest run."""
    return project.query(
        "select role, basis, is_within from estimate_accuracy where invocation_id = "
        "(select arg_max(invocation_id, estimated_at) from estimate_accuracy) order by all"
    )


def test_the_first_build_was_within_its_interval(small: Project) -> None:
    assert accuracy(small) == [
        ("image", "counted", True), ("lenient", "predicted", True), ("reason", "predicted", True),
        ("strict", "predicted", True), ("text", "counted", True),
    ]  # fmt: skip


def test_a_new_model_and_a_new_item_are_priced_before_a_call(
    copy: CopyProject,
) -> None:
    project = copy()
    tables = project.tables()
    assert "nothing to ask" in project.tagsmith("estimate").output
    variables = (
        '{"evaluator_reasons": true, "model": "test-model-b", '
        '"llm_prices": {"test-model-b": [2, 1, 8]}}'
    )
    said = project.tagsmith("estimate", "--vars", variables).output
    assert [line.split()[0] for line in said.splitlines()[1:]] == [
        "image", "lenient", "reason", "strict", "text", "all",
    ]  # fmt: skip
    assert "no known price" not in said
    assert project.endpoint.n_calls == 0
    assert project.tables() == tables
    assert project.query("select * from duckdb_schemas() where schema_name = 'estimate'") == []

    catalogue, added = small_catalogue(), small_catalogue(("amelie",))
    catalogue.items += added.items
    catalogue.write(project.folder)
    ran = project.build(*TO_ACCURACY, variables=PRICES)
    assert "to ask (image, text, lenient, reason, strict): about" in ran.output
    assert [row for row in accuracy(project) if not row[-1]] == []
    ran = project.build(*TO_ACCURACY, variables={**PRICES, "model": f"{MODEL}-b"})
    assert [row for row in accuracy(project) if not row[-1]] == []
