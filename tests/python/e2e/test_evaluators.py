"""A third evaluator needs one row: it is asked, counts, and appears where the others do."""

from __future__ import annotations

import pytest

from tests.python.e2e.conftest import CopyProject, WithTests

pytestmark = pytest.mark.dbt

_ROWS = (
    "evaluator,bar,weight,reads\nlenient,beta,,opening\nstrict,1 - beta,,lines\nreferee,0.5,2,\n"
)


def test_a_third_evaluator_is_one_row(copy: CopyProject) -> None:
    project = copy()
    before = project.ledger()
    slot = project.environment["TAGSMITH_ITEMS"].rpartition("/")[0]
    (project.folder / "evaluators.csv").write_text(_ROWS)
    project.environment["TAGSMITH_EVALUATORS"] = f"{slot}/evaluators.csv"
    tables = ("--select", "+path:models/features", "+evaluator_quality")
    project.build(*tables, variables={"control_items": 2, "control_tags": 2})

    # No evaluator answers a question again; the third judges every tag.
    new = project.ledger().since(before)
    tags = project.query("select item_id, tag from int_candidates_aligned where is_evaluated")
    asked = project.query(
        "select item_id, tag from int_evaluator_questions "
        "where evaluator = 'referee' and purpose = 'tagging'"
    )
    assert sorted(asked) == sorted(tags)
    tagging = {
        key
        for (key,) in project.query(
            "select question_key from int_evaluator_questions where purpose = 'tagging'"
        )
    }
    assert not tagging & set(new.asked("lenient", "strict"))
    # The means are by weight, over all three.
    rows = project.query(
        """
        select agreement, evaluation_score, list(is_accepted order by evaluator),
            list(verdicts.verdict_score order by evaluator)
        from int_novel_reranked
        inner join int_evaluator_verdicts as verdicts using (item_id, tag)
        group by item_id, tag, agreement, evaluation_score
        """
    )
    assert rows
    for agreement, score, accepted, scores in rows:
        lenient, referee, strict = accepted
        assert agreement == (lenient + 2 * referee + strict) / 4
        assert score == pytest.approx((scores[0] + 2 * scores[1] + scores[2]) / 4)
        assert any(accepted)

    ((item_id, tag),) = project.query(
        "select item_id, tag from item_tags where status = 'novel' order by all limit 1"
    )
    said = project.tagsmith("why", item_id, tag)
    assert "  referee: " in said.output
    assert " 0.5: " in said.output
    assert project.query(
        "select distinct list_transform(provenance.verdicts, lambda v: v.evaluator) "
        "from item_tags where status = 'novel'"
    ) == [(["lenient", "referee", "strict"],)]
    judges = project.query("select evaluator from evaluator_quality order by all")
    assert judges == [("lenient",), ("mean",), ("referee",), ("strict",)]


def test_a_bar_that_is_none_stops_the_build_before_it_costs_anything(
    copy: CopyProject, with_tests: WithTests
) -> None:
    project = with_tests(copy())
    slot = project.environment["TAGSMITH_ITEMS"].rpartition("/")[0]
    (project.folder / "evaluators.csv").write_text("evaluator,bar\nlenient,high\n")
    project.environment["TAGSMITH_EVALUATORS"] = f"{slot}/evaluators.csv"
    ran = project.run("build")
    assert ran.code == 1
    assert "the_bar_of_an_evaluator_is_beta_1_minus_beta_or_a_number_below_1" in ran.output
    assert project.endpoint.n_calls == 0
