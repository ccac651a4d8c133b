"""Wrong settings stop the build before it costs anything, with a remedy."""

from __future__ import annotations

import re

import pytest

from tests.python.e2e.catalogues import small_catalogue
from tests.python.e2e.conftest import CopyProject, MakeProject
from tests.python.e2e.projects import Project
from tests.python.endpoint import Endpoint

pytestmark = pytest.mark.dbt

# A copied warehouse has the inputs of these.
QUESTIONS = ("--select", "run_settings", "stg_model_endpoints", "int_generation_questions")
ASKS = "int_generation_answers"


def words(text: str) -> str:
    """The text without dbt's line breaks and times."""
    return re.sub(r"\s+", " ", text)


def test_settings_out_of_range_are_named_all_at_once_before_any_model(
    create: MakeProject, endpoint: Endpoint
) -> None:
    project = create(small_catalogue())
    wrong = {
        "alpha": 1.3, "top_k": 0, "beta": 0.3, "dedup_threshold": "high", "ensemble_method": "sum",
        "evaluator_reasons": "perhaps", "max_attempts": 1.5, "search_corpus_version": 2,
    }  # fmt: skip
    ran = project.run("build", variables=wrong | {"aplha": 0.3})
    assert ran.code != 0
    said = words(ran.output)
    for name, value in wrong.items():
        assert f"var {name} is {value}; allowed: " in said
    assert "var aplha is unknown; did you mean alpha?" in said
    assert "number in [0, 1]" in said
    assert "integer in [1, 1000]" in said
    assert "noisy_or, mean, max" in said
    assert endpoint.n_calls == 0
    assert not (project.folder / "warehouse.duckdb").exists() or project.tables() == {}


def test_a_wrong_column_in_a_mapping_is_named_with_what_is_there(
    copy: CopyProject, endpoint: Endpoint
) -> None:
    mapping = {"items_columns": {"overview": "summary"}}
    ran = copy().run("run-operation", "check_inputs", variables=mapping)
    assert ran.code != 0
    said = words(ran.output)
    assert "items_columns maps column 'overview'" in said
    assert "it has: item_id, title" in said


def test_a_missing_column_is_named_with_what_is_there(
    copy: CopyProject, endpoint: Endpoint
) -> None:
    project = copy()
    (project.folder / "base_tags.csv").write_text("name,category\nstorm,setting\n")
    ran = project.run("run-operation", "check_inputs")
    assert ran.code != 0
    assert "has no column 'tag'" in words(ran.output)
    assert "it has: name, category" in words(ran.output)


def test_korean_tags_with_the_english_sentence_bert_stop_before_any_call(
    copy: CopyProject, endpoint: Endpoint
) -> None:
    ran = copy().run("run", *QUESTIONS, ASKS, variables={"tag_language": "Korean"})
    assert ran.code != 0
    said = words(ran.output)
    assert "tag_language is 'Korean'" in said
    assert "sbert_model" in said
    assert endpoint.n_calls == 0


def test_an_unknown_model_is_named_and_nothing_is_lost(
    copy: CopyProject, small: Project, endpoint: Endpoint
) -> None:
    project = copy()
    project.environment["TAGSMITH_MODEL"] = "gpt-nought"
    ran = project.run("run", *QUESTIONS, ASKS)
    assert ran.code != 0
    said = words(ran.output)
    assert "model gpt-nought" in said
    assert "unknown_model" in said
    assert "check TAGSMITH_MODEL or the var model_<role>" in said
    new = project.ledger().since(small.ledger())
    assert new.answers == []
    assert {row["error_class"] for row in new.calls} == {"unknown_model"}
    assert len(new.calls) <= 8


def texts_of(project: Project) -> str:
    """Everything that a build wrote: files byte for byte, tables row for row."""
    files = [path for path in project.folder.rglob("*") if path.is_file()]
    found = [path.read_bytes().decode("latin-1") for path in files]
    ledger = project.ledger()
    return "\n".join([*found, repr(project.tables()), repr(ledger.calls), repr(ledger.answers)])


def test_a_wrong_key_is_said_to_be_wrong_and_stands_nowhere(
    copy: CopyProject, endpoint: Endpoint
) -> None:
    key = "plain-0123456789-key"
    project = copy()
    project.forget()
    project.environment["OPENAI_API_KEY"] = key
    # Apart, where dbt writes its files too.
    ran = project.run_apart("--debug", "run", "--select", ASKS)
    assert ran.code != 0
    assert "the endpoint refuses the key; check OPENAI_API_KEY" in words(ran.output)
    assert endpoint.n_refused > 0
    ledger = project.ledger()
    assert {row["error_class"] for row in ledger.calls} == {"authentication"}
    assert ledger.answers == []
    assert key not in ran.output
    assert key not in texts_of(project)


def test_the_right_key_stands_nowhere_either(small: Project) -> None:
    assert (small.folder / "logs" / "dbt.log").stat().st_size > 0
    assert small.endpoint.key not in texts_of(small)
