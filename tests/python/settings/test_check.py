"""The check names an unknown or out-of-range var, its value and the allowed range."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from python_udfs.settings import setting_problems
from python_udfs.settings.functions import register, vars_of

SHARE = "number in (0, 1]"
HALF_OPEN = "number in [0.5, 1)"
COUNT = "integer in [1, no limit)"
MODELS = "a list of one or more of popularity, item_cf, graph, content, hybrid, no duplicates"
INTEGERS = "a list of one or more integers in [1, 1000], no duplicates"

QUOTAS = "a mapping of names to integers in [1, no limit)"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dedup_threshold", 2), ("dedup_threshold", 0.000001), ("beta", 0.5), ("beta", 0.999),
        ("min_true_tags", 1), ("min_true_tags", 1_000_000), ("ensemble_method", "max"),
        ("recommendation_models", ["hybrid", "graph"]), ("evaluation_ks", [5, 10, 1000, 1]),
        ("evaluator_reasons", False), ("model", ""), ("poster_hosts", []),
        ("poster_hosts", ["a.example"]), ("llm_prices", {}), ("llm_prices", {"m": [1, 0.5, 2]}),
        ("category_quotas", {}), ("category_quotas", {"mood": 1}),
        ("items", "films.parquet"), ("items_columns", {"overview": "summary"}),
        ("items_read", {"encoding": "cp949", "skip": 1, "separators": {"genres": "/"}}),
        ("items_read", {"keys": {"title": "english"}, "day_first": True}),
        ("when_locked", "stop"),
    ],
)  # fmt: skip
def test_what_is_allowed_is_no_problem(name: str, value: Any) -> None:
    assert setting_problems({name: value}) == []


@pytest.mark.parametrize(
    ("name", "allowed", "values"),
    [
        ("dedup_threshold", "number in (0, 2]", [0, 2.000001, -1, "0.5", True, None, float("nan")]),
        ("spelling_threshold", SHARE, [0, 1.000001, -1, "0.5", True, None, float("nan")]),
        ("beta", HALF_OPEN, [1, 0.499]),
        ("min_true_tags", COUNT, [0, 1.5, True, "1"]),
        ("ensemble_method", "noisy_or, mean, max", ["min", 1]),
        ("recommendation_models", MODELS, [["min"], ["graph", "graph"], [], "graph", 1]),
        ("evaluation_ks", INTEGERS, [[], 5, "5", [5, 5], [0], [1001], [2.5], ["5"], [True]]),
        ("evaluator_reasons", "true, false", ["false", 1]),
        ("model", "text (put it in quotes)", [1]),
        ("poster_hosts", "a list of texts", ["x", [1]]),
        ("category_quotas", QUOTAS, [[], {"mood": 0}, {"mood": "1"}, {"mood": 1.5}]),
        ("llm_prices", "a mapping of names to three numbers", [[], {"m": [1, 2]}, {"m": "x"}]),
    ],
)
def test_what_is_not_allowed_is_named_with_its_value(
    name: str, allowed: str, values: list[Any]
) -> None:
    for value in values:
        assert setting_problems({name: value}) == [f"var {name} is {value}; allowed: {allowed}"]


def test_a_misspelled_name_gets_the_nearest() -> None:
    assert setting_problems({"aplha": 0.8}) == ["var aplha is unknown; did you mean alpha?"]
    assert setting_problems({"item_columns": {}}) == [
        "var item_columns is unknown; did you mean items_columns?"
    ]
    assert setting_problems({"zzz": 1}) == ["var zzz is unknown"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"encodings": "cp949"}, "option encodings is unknown; did you mean encoding?"),
        ({"separators": {"title": "|"}}, "allowed: a text for each of genres, countries, people"),
        ({"separators": {"genres": 1}}, "allowed: a text for each of genres"),
        ({"keys": ["genres"]}, "allowed: a text for each of title, "),
        ({"day_first": "yes"}, "has day_first yes; allowed: true, false"),
        ("cp949", "is cp949; allowed: a mapping of options"),
    ],
)
def test_a_reading_option_that_is_not_allowed_is_named(options: Any, expected: str) -> None:
    (problem,) = setting_problems({"items_read": options})
    assert problem.startswith("var items_read")
    assert expected in problem


def test_all_problems_are_named_at_once() -> None:
    assert len(setting_problems({"aplha": 1, "top_k": 0, "beta": 2})) == 3


def test_the_ends_of_each_range_are_allowed() -> None:
    ends = {
        "alpha": 1, "beta": 0.5, "top_k": 1, "dedup_threshold": 1, "max_evaluated_novel": 0,
        "weight_ensemble": 1, "weight_evaluation": 0, "weight_agreement": 0.1,
    }  # fmt: skip
    (problem,) = setting_problems(ends)
    assert problem.endswith("weight_specificity sum to 1.2; allowed: a sum of 1")


def test_the_four_weights_sum_to_one() -> None:
    assert setting_problems({"weight_ensemble": 0.5, "weight_evaluation": 0.25}) == []
    (problem,) = setting_problems({"weight_ensemble": 0.65})
    assert problem.endswith("weight_specificity sum to 1.2; allowed: a sum of 1")


def test_vars_of_the_command_line_stand_over_those_of_the_project(tmp_path: Path) -> None:
    project = tmp_path / "dbt_project.yml"
    project.write_text("name: tagsmith\nvars:\n  alpha: 0.6\n  beta: 0.8\n")
    assert vars_of(project, {"beta": 0.9, "x": 1}) == {"alpha": 0.6, "beta": 0.9, "x": 1}
    assert vars_of(tmp_path / "none.yml", {"x": 1}) == {"x": 1}


def test_of_a_project_around_it_only_what_is_meant_for_it_counts(tmp_path: Path) -> None:
    project = tmp_path / "dbt_project.yml"
    project.write_text("name: shop\nvars:\n  currency: eur\n  tagsmith:\n    alpha: 0.6\n")
    assert vars_of(project, {}) == {"alpha": 0.6}


def test_dbt_asks_in_sql(tmp_path: Path) -> None:
    project = tmp_path / "dbt_project.yml"
    project.write_text("name: tagsmith\nvars: {top_k: 0}\n")
    with duckdb.connect() as connection:
        register(connection, project)
        asked = "select setting_problems(?)"
        assert connection.execute(asked, ['{"top_k": 3}']).fetchall() == [("",)]
        ((said,),) = connection.execute(asked, ['{"alpah": 1}']).fetchall()
    assert said.splitlines() == [
        "var alpah is unknown; did you mean alpha?",
        "var top_k is 0; allowed: integer in [1, 1000]",
    ]


def test_a_student_that_decides_what_is_asked_learns_from_no_answer() -> None:
    (problem,) = setting_problems({"cascade_precision": 0.3})
    assert problem == (
        "var cascade_precision is below 1; then student_answer_weight must be 0, since the "
        "student decides what is asked before there are answers"
    )
    assert setting_problems({"cascade_precision": 0.3, "student_answer_weight": 0}) == []
