"""The student, active on a small catalogue: cross-fitted, traceable, learnt once."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.python.conftest import ROOT
from tests.python.e2e.catalogues import small_catalogue
from tests.python.e2e.conftest import MakeProject, WithTests
from tests.python.e2e.projects import Project

pytestmark = pytest.mark.dbt

ITEM = "parasite"
ACTIVE = {"student_min_items": 15, "judged_offers": 2}
_STAGES = ("staging", "search", "generation", "verification", "features")
# From the inputs to the features, with all that learns, asks and judges; dbt's unit tests read
# the columns of all seeds.
TO_FEATURES = (
    "--threads", "8", "--select", "path:seeds", *(f"+path:models/{stage}" for stage in _STAGES)
)  # fmt: skip


def of_fold(project: Project, *, own: bool) -> list[tuple[object, ...]]:
    """The student's tags of the items in the fold of ITEM, or of all others."""
    same = "=" if own else "<>"
    return project.query(
        "select item_id, tag, score, position "
        "from int_student_answers inner join int_student_items using (item_id) "
        f"where fold {same} (select fold from int_student_items "
        f"where item_id = '{ITEM}') order by all"
    )


def test_a_manual_tag_changes_the_tags_of_other_folds_only_and_nothing_is_learnt_twice(
    create: MakeProject, with_tests: WithTests, tmp_path: Path
) -> None:
    with (ROOT / "seeds/sample_items.csv").open(encoding="utf-8", newline="") as file:
        catalogue = small_catalogue([row["item_id"] for row in csv.DictReader(file)])
    project = create(catalogue)
    project.build(*TO_FEATURES, variables=ACTIVE)
    before, others = of_fold(project, own=True), of_fold(project, own=False)
    assert {row[0] for row in before} >= {ITEM}
    assert others

    # It is a path like others: up to the provenance of published tags, and under dbt's tests.
    assert project.query(
        "select count(*) from int_candidates_by_path where path = 'student:all'"
    ) == project.query("select count(*) from int_student_tags where rejected_reason is null")
    assert project.query(
        "select count(*) > 0 from item_tags "
        "where list_contains(list_transform(provenance.paths, lambda x: x.path), 'student:all')"
    ) == [(True,)]
    selected = (f"path:{kind}/{stage}" for kind in ("models", "tests") for stage in _STAGES)
    tested = with_tests(project.copy(tmp_path / "tested"))
    ran = tested.run(
        "test", "--indirect-selection", "cautious", "--select", *selected, variables=ACTIVE
    )
    assert ran.code == 0, ran.output[-6000:]

    # The student's first tags are judged by one evaluator, and the verdict is evidence.
    assert project.query(
        "select evaluator, max(place) from int_evaluator_questions "
        "inner join int_evaluator_answers using (purpose, item_id, tag, evaluator) "
        "where purpose = 'offer' and status = 'answered' group by evaluator"
    ) == [("lenient", 2)]
    assert project.query(
        "select bool_and(evidence['verdict on offer'] = verdict.score) from int_score_labels "
        "inner join (select item_id, tag, (answer ->> 'score')::double as score "
        "from int_evaluator_answers where purpose = 'offer') as verdict using (item_id, tag) "
        "where evidence['judged offer'] = 1"
    ) == [(True,)]

    # Nothing changed: read back from the ledger.
    kept = project.ledger_query("from ledger.student_tags order by all")
    project.build("--select", "+int_student_answers", variables=ACTIVE)
    assert project.ledger_query("from ledger.student_tags order by all") == kept
    assert of_fold(project, own=True) == before

    # A tag that other items teach, planted in one item.
    ((planted,),) = project.query(
        "select tag from int_student_examples where source = 'manual' and tag not in "
        f"(select tag from int_student_examples where item_id = '{ITEM}') "
        "group by tag order by count(*) desc, tag limit 1"
    )
    catalogue.manual_tags.append({"item_id": ITEM, "tag": planted, "tagger": "editor_a"})
    catalogue.write(project.folder)
    n_calls = project.endpoint.n_calls
    project.build(*TO_FEATURES, variables=ACTIVE)
    assert project.query(
        f"select weight from int_student_examples where item_id = '{ITEM}' and tag = '{planted}'"
    ) == [(1.0,)]
    assert of_fold(project, own=True) == before
    assert of_fold(project, own=False) != others
    assert project.endpoint.n_calls - n_calls == 0 or all(
        seen.asked.kind == "verdict" for seen in project.endpoint.seen[n_calls:]
    )

    # A cascade asks no generator about items that the student knows; they keep its tags.
    cascade = {**ACTIVE, "cascade_precision": 0.001, "student_answer_weight": 0}
    project.build(*TO_FEATURES, variables=cascade)
    ((n_asked, n_tagged),) = project.query(
        "select (select count(*) from int_generation_questions), count(*) from item_features "
        "where n_tags > 0"
    )
    assert (n_asked, n_tagged) == (0, len(catalogue.items))
