"""The ledger is the only state: answered questions are never asked again.

Each test counts the ledger's rows before and after a build.
"""

from __future__ import annotations

import signal
from collections import Counter
from typing import Any

import pytest

from tests.python.e2e.catalogues import PATHS, small_catalogue
from tests.python.e2e.conftest import CopyProject
from tests.python.e2e.projects import Ledger, Project, assert_same_tables
from tests.python.endpoint import Endpoint

pytestmark = pytest.mark.dbt

GENERATORS = ("text", "image")
EVALUATORS = ("lenient", "strict")


def pairs(ledger: Ledger, *roles: str) -> set[tuple[str, str, str]]:
    """(role, item, tag) of answers."""
    return {(r["role"], r["item_id"], r["tag"]) for r in ledger.answers if r["role"] in roles}


def once(ledger: Ledger) -> bool:
    """Whether no question was sent twice."""
    return set(ledger.asked(*GENERATORS, *EVALUATORS, "reason").values()) <= {1}


def test_the_first_build_asks_every_question_once(small: Project) -> None:
    ledger = small.ledger()
    assert {row["status"] for row in ledger.calls} == {"ok"}
    assert {row["status"] for row in ledger.answers} == {"answered"}
    assert once(ledger)
    assert sum(row["role"] in GENERATORS for row in ledger.answers) == 4 * len(PATHS)
    evaluated = small.query("select count(*) from int_candidates_aligned where is_evaluated")
    assert evaluated == [(4 * 6,)]
    assert len(pairs(ledger, *EVALUATORS)) == 4 * 6 * 2
    assert small.query("select count(*), min(n_tags) > 0 from item_features") == [(4, True)]
    assert small.query(
        "select count(distinct status) from item_tags where score between 0 and 1"
    ) == [(2,)]


def test_a_second_build_asks_and_embeds_nothing(copy: CopyProject, small: Project) -> None:
    project = copy()
    project.build("--threads", "8")
    assert project.endpoint.n_calls == 0
    assert project.ledger().counts == small.ledger().counts
    assert_same_tables(project, small, main_job=True)


def test_one_thread_and_eight_give_the_same_tables(copy: CopyProject, small: Project) -> None:
    project = copy("warehouse.duckdb*", "published")
    project.forget()
    project.build("--threads", "1", evaluated=True)
    assert project.ledger().counts["answers"] == small.ledger().counts["answers"]
    assert once(project.ledger())
    assert_same_tables(project, small, of_any_ledger=True)


def test_a_changed_synopsis_and_a_new_item_ask_about_themselves_alone(
    copy: CopyProject, small: Project
) -> None:
    project, before = copy(), small.ledger()
    catalogue, added = small_catalogue(), small_catalogue(("amelie",))
    catalogue.items += added.items
    catalogue.documents += added.documents
    catalogue.item("oldboy")["synopsis"] = "A painter returns to a frozen harbour to find her son."
    # What is not sent costs nothing when it changes.
    catalogue.item("parasite").update(people=["Somebody Else"], updated_at="2026-02-01 00:00:00")
    catalogue.write(project.folder)
    project.build("--select", "+item_features")
    new = project.ledger().since(before)
    assert {row["item_id"] for row in [*new.answers, *new.searches]} == {"oldboy", "amelie"}
    asked = Counter((r["item_id"], r["path"]) for r in new.answers if r["role"] in GENERATORS)
    assert asked == {(item, path): 1 for item in ("oldboy", "amelie") for path in PATHS}
    assert once(new)
    # An evaluator that reads lines sees no title.
    assert {seen.asked.title for seen in project.endpoint.seen} - {""} == {"Oldboy", "Am\u00e9lie"}
    assert "frozen harbour" in str(project.query("from stg_item_texts where item_id = 'oldboy'"))
    assert project.query("select count(*) from item_features") == [(5,)]


def test_with_few_labels_the_score_stays_as_it_is(
    copy: CopyProject,
) -> None:
    project = copy("warehouse.duckdb*")
    scored = ("--select", "+int_tags_concatenated")
    scores = "select item_id, tag, score from int_tags_concatenated order by all"
    project.build(*scored, variables={"calibrate_scores": False})
    before = project.query(scores)
    project.build(*scored)
    assert project.endpoint.n_calls == 0
    assert project.query("select count(*) from int_score_weights") == [(0,)]
    assert project.query(scores) == before


def test_beta_top_k_and_weights_ask_nothing(copy: CopyProject, small: Project) -> None:
    project, before = copy(), small.ledger()
    variables: dict[str, Any] = {
        "beta": 0.93, "top_k": 3, "weight_ensemble": 0.25, "weight_specificity": 0.3,
        "evaluator_reasons": False,
    }  # fmt: skip
    project.build("--select", "+item_features", variables=variables)
    assert project.endpoint.n_calls == 0
    assert project.ledger().counts == before.counts
    assert project.query("select max(n_tags) from item_features") == [(3,)]
    accepted = "select item_id, tag, evaluator from int_evaluator_verdicts where is_accepted"
    assert set(project.query(accepted)) != set(small.query(accepted))


def test_alpha_a_base_tag_and_a_synonym_ask_only_pairs_that_were_never_judged(
    copy: CopyProject, small: Project
) -> None:
    project, before = copy(), small.ledger()
    novel = small.query(
        "select item_id, min(tag order by novel_rank) from int_candidates_aligned "
        "where is_evaluated group by all order by all"
    )
    (_, first), (_, second) = novel[:2]
    catalogue = small_catalogue()
    catalogue.base_tags[0]["aliases"] = f'["{second}"]'
    catalogue.base_tags.append({**catalogue.base_tags[1], "tag": first.title(), "aliases": "[]"})
    catalogue.write(project.folder)
    project.build("--select", "+int_tag_reasons", variables={"alpha": 0.5})
    new = project.ledger().since(before)
    assert new.asked(*GENERATORS) == {}
    for roles in (EVALUATORS, ("reason",)):
        assert pairs(new, *roles)
        assert not pairs(new, *roles) & pairs(before, *roles)
    assert once(new)
    kinds = dict(project.query("select tag, match_kind from int_base_tag_matches"))
    assert (kinds[first], kinds[second]) == ("exact", "alias")
    mapped = "select max(similarity) from int_candidates_aligned where status = 'novel'"
    assert project.query(mapped)[0][0] <= 0.5 < small.query(mapped)[0][0]


CONCURRENCY = 8


def kill_and_check(project: Project, n_replies: int) -> Ledger:
    """Kill a build after this many replies: answers are durable, nothing is asked twice."""
    before = project.ledger()
    project.endpoint.reset()
    project.endpoint.stagger_s = 0.1
    project.kill_build(n_replies)
    after = project.ledger()
    new = after.since(before)
    assert not set(new.asked(*GENERATORS, *EVALUATORS, "reason")) & set(before.answered)
    # Every call was a row before it was sent; those in flight at the kill stay `sent`.
    n_sent = sum(call["status"] == "sent" for call in new.calls)
    assert project.endpoint.n_calls <= len(new.calls) <= project.endpoint.n_calls + CONCURRENCY
    assert len(new.calls) - project.endpoint.n_calls <= n_sent <= CONCURRENCY
    return after


def finish_and_check(project: Project, small: Project) -> None:
    """The next build asks the missing questions; its tables equal those of an unkilled build."""
    before = project.ledger()
    project.endpoint.reset()
    project.build()
    new = project.ledger().since(before)
    assert not set(new.asked(*GENERATORS, *EVALUATORS, "reason")) & set(before.answered)
    assert once(new)
    assert project.ledger().counts["answers"] == small.ledger().counts["answers"]
    assert_same_tables(project, small, of_any_ledger=True, main_job=True)


def test_a_killed_build_goes_on_where_it_was(
    copy: CopyProject, small: Project, endpoint: Endpoint
) -> None:
    project = copy("warehouse.duckdb*", "published")
    project.forget()
    generating = kill_and_check(project, 5)
    assert 0 < len(generating.answers) < 4 * len(PATHS)
    evaluating = kill_and_check(project, 20)
    assert len(evaluating.asked(*GENERATORS)) == 4 * len(PATHS)
    assert 0 < len(pairs(evaluating, *EVALUATORS)) < 48
    finish_and_check(project, small)


def test_an_interrupted_build_sends_nothing_more(copy: CopyProject, small: Project) -> None:
    project = copy("warehouse.duckdb*", "published")
    project.forget()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = project.ledger()
        project.endpoint.reset()
        project.endpoint.delay_s = 0.3
        ran, n_before = project.interrupt_build(5, number)
        assert ran.code != 0
        assert project.endpoint.n_calls <= n_before + CONCURRENCY
        new = project.ledger().since(before)
        assert {call["status"] for call in new.calls} <= {"ok", "sent"}
        assert len(new.calls) >= project.endpoint.n_calls
    finish_and_check(project, small)


@pytest.mark.slow
def test_many_kills_lose_and_repeat_nothing(copy: CopyProject, small: Project) -> None:
    project = copy("warehouse.duckdb*", "published")
    project.forget()
    for n_replies in (1, 2, 3, 1, 2, 5, 7, 1, 3, 11, 4, 2):
        kill_and_check(project, n_replies)
    finish_and_check(project, small)
