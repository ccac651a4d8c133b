"""Manual tags measure a run and never feed it: no request may contain a planted one."""

from __future__ import annotations

import json

import pytest

from tests.python.conftest import ROOT
from tests.python.e2e.catalogues import PLANTED, PLANTED_IN, small_catalogue
from tests.python.e2e.conftest import CopyProject
from tests.python.e2e.projects import Ledger, Project

pytestmark = pytest.mark.dbt

_MAY_HOLD_MANUAL_TAGS = {"stg_manual_tag_rows", "stg_manual_tags"} | {
    file.stem
    for folder in ("evaluation", "experiments")
    for file in (ROOT / "models" / folder).iterdir()
    if file.suffix in {".sql", ".py"}
}


def holds_it(value: object) -> bool:
    return "zzqx" in json.dumps(value, default=str).casefold()


def assert_only_measured(project: Project, ledger: Ledger) -> None:
    """No request, reply, answer, search or table of the pipeline names the planted tag."""
    assert project.query(f"select item_id from stg_manual_tags where tag = '{PLANTED}'") == [
        (PLANTED_IN,)
    ]
    assert not any(holds_it(row) for row in [*ledger.calls, *ledger.answers, *ledger.searches])
    for name, rows in project.tables().items():
        assert name in _MAY_HOLD_MANUAL_TAGS or not any(map(holds_it, rows)), name


def pipeline(project: Project) -> dict[str, list[str]]:
    """The tables of the main job without the rows of controls."""
    tables = project.tables(of_any_ledger=True)
    kept = {name: rows for name, rows in tables.items() if name not in _MAY_HOLD_MANUAL_TAGS}
    for name in ("int_search_queries", "int_evaluator_questions", "int_evaluator_answers"):
        assert all("'tagging'" in row or "'control'" in row for row in kept[name])
        kept[name] = [row for row in kept[name] if "'control'" not in row]
    tagging = "select search_key from int_search_queries where purpose = 'tagging'"
    kept["int_search_evidence"] = sorted(
        map(repr, project.query(f"from int_search_evidence where search_key in ({tagging})"))
    )
    return kept


def test_a_manual_tag_is_sent_nowhere_but_in_its_own_control_question(copy: CopyProject) -> None:
    project = copy()
    project.forget()
    # A candidate that is a manual tag as well: its control is the question that was asked.
    ((judged,),) = project.query(
        f"select min(tag) from int_evaluator_questions where item_id = '{PLANTED_IN}'"
    )
    catalogue = small_catalogue()
    catalogue.manual_tags.append({"item_id": PLANTED_IN, "tag": judged, "tagger": "editor_a"})
    catalogue.write(project.folder)
    project.build(evaluated=True)
    sent = [seen.asked.body for seen in project.endpoint.seen]
    assert {seen.asked.kind for seen in project.endpoint.seen} == {
        "generation", "verdict", "reasons",
    }  # fmt: skip
    assert not any(map(holds_it, sent))
    before = project.ledger()
    assert_only_measured(project, before)
    tables = pipeline(project)

    project.endpoint.reset()
    n_own = sum(row["item_id"] == PLANTED_IN for row in catalogue.manual_tags)
    project.build(variables={"control_items": 1, "control_tags": n_own}, evaluated=True)
    with_plant = [s.asked for s in project.endpoint.seen if holds_it(s.asked.body)]
    assert len(with_plant) == 2
    # Strict reads lines of the item, without its title.
    assert {asked.title for asked in with_plant} == {"Parasite", ""}
    for asked in with_plant:
        assert (asked.kind, asked.tags) == ("verdict", [PLANTED])
        assert not holds_it([asked.item_text, asked.passages])
    assert pipeline(project) == tables

    asked_keys = project.ledger().since(before).asked("lenient", "strict")
    controls = dict(project.query("select question_key, (tag, is_own) from evaluator_controls"))
    assert set(asked_keys) == set(controls) - set(before.answered)
    assert set(asked_keys.values()) == {1}
    assert {controls[key] for key in set(controls) & set(before.answered)} >= {(judged, True)}
    quality = project.query("select evaluator, n_own, n_foreign, n_items from evaluator_quality")
    assert sorted(quality) == [
        (name, n_own, n_own, 1) for name in ("lenient", "mean", "strict")
    ]  # fmt: skip
