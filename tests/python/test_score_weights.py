"""Weights of evidence: learnt from other folds, never below 0, none where labels are few."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from python_udfs.score_weights import FREE, LEAST_LABELS, SCORE_WEIGHTS, score_weights

N_FOLDS = 5


def labels(n: int = 5_000, seed: int = 1) -> pa.Table:
    """Tags whose log-odds are -2 + 3 good - 1 bad + 0 idle - 1 novel."""
    random = np.random.default_rng(seed)
    strengths = {kind: random.uniform(size=n).round(2) for kind in ("bad", "good", "idle")}
    novel = (random.uniform(size=n) < 0.3).astype(float)
    odds = -2 + 3 * strengths["good"] - strengths["bad"] - novel
    evidence = [
        [("any tag", 1.0), ("novel", novel[row])]
        # What is absent has no entry.
        + [(kind, values[row]) for kind, values in strengths.items() if values[row] > 0.1]
        for row in range(n)
    ]
    return pa.table({
        "fold": pa.array(np.arange(n) % N_FOLDS, pa.int32()),
        "evidence": pa.array(evidence, pa.map_(pa.string(), pa.float64())),
        "is_manual": random.uniform(size=n) < 1 / (1 + np.exp(-odds)),
    })  # fmt: skip


def of_fold(table: pa.Table, fold: int) -> dict[str, float]:
    return {row["evidence"]: row["weight"] for row in table.to_pylist() if row["fold"] == fold}


def with_labels(table: pa.Table, is_manual: Any) -> pa.Table:
    return table.set_column(2, "is_manual", pa.array(is_manual))


def test_weights_are_those_that_made_the_labels_and_never_below_0() -> None:
    found = score_weights(labels(50_000))
    assert found.schema == SCORE_WEIGHTS
    for fold in range(N_FOLDS):
        weights = of_fold(found, fold)
        assert weights["good"] == pytest.approx(3, abs=0.15)
        assert weights["novel"] == pytest.approx(-1, abs=0.15)
        assert weights["bad"] == 0
        assert weights["idle"] < 0.15
    assert set(FREE) == {"any tag", "judged offer", "novel"}
    assert set(found["n_labels"].to_pylist()) == {40_000}


def test_nothing_of_a_fold_is_learnt_for_it_and_all_else_is() -> None:
    given = labels()
    in_fold = np.asarray(given["fold"]) == 2
    is_manual = np.asarray(given["is_manual"])
    before = score_weights(given)
    after = score_weights(with_labels(given, np.where(in_fold, ~is_manual, is_manual)))
    assert of_fold(before, 2) == of_fold(after, 2)
    for fold in (0, 1, 3, 4):
        assert of_fold(before, fold) != of_fold(after, fold)


def test_a_kind_that_few_tags_have_is_held_near_0() -> None:
    given = labels().slice(0, 500)
    evidence = given["evidence"].to_pylist()
    evidence[0] = [*evidence[0], ("rare", 1.0)]
    is_manual = np.asarray(given["is_manual"]).copy()
    is_manual[0] = True
    table = with_labels(given, is_manual).set_column(
        1, "evidence", pa.array(evidence, pa.map_(pa.string(), pa.float64()))
    )
    assert 0 < of_fold(score_weights(table), 1)["rare"] < 1
    # Only an item of fold 0 has it.
    assert of_fold(score_weights(table), 0)["rare"] == 0


@pytest.mark.parametrize(
    ("n_manual", "is_enough"), [(LEAST_LABELS, True), (LEAST_LABELS - 1, False)]
)
@pytest.mark.parametrize("is_swapped", [False, True])
def test_few_labels_of_a_kind_give_no_weights(
    n_manual: int, is_enough: bool, is_swapped: bool
) -> None:
    given = labels().slice(0, 100).set_column(0, "fold", pa.array([1] * 100, pa.int32()))
    is_manual = np.arange(100) < n_manual
    found = score_weights(with_labels(given, ~is_manual if is_swapped else is_manual))
    # Fold 1 has no others to learn from.
    assert set(found["fold"].to_pylist()) == ({0, 2, 3, 4} if is_enough else set())
    assert set(found["n_labels"].to_pylist()) == ({100} if is_enough else set())


def test_no_tags_give_no_weights() -> None:
    assert score_weights(labels().slice(0, 0)).equals(SCORE_WEIGHTS.empty_table())


def test_a_weight_that_a_person_sets_is_kept_and_the_others_are_learnt_around_it() -> None:
    given, kinds = labels(), list(of_fold(score_weights(labels()), 0))
    learnt = of_fold(score_weights(given), 0)
    name = max((kind for kind in kinds if kind not in FREE), key=lambda kind: learnt[kind])
    table = score_weights(given, {name: 0.25})
    found = of_fold(table, 0)
    assert found[name] == 0.25
    assert all(found[kind] != learnt[kind] for kind in kinds if learnt[kind] > 0.1)
    is_set = dict(zip(table["evidence"].to_pylist(), table["is_set"].to_pylist(), strict=True))
    assert [kind for kind, said in is_set.items() if said] == [name]


def test_a_weight_of_what_no_tag_has_changes_nothing_and_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert score_weights(labels(), {"text:moood": 1}).equals(score_weights(labels()))
    assert "text:moood, which no tag has here; known: any tag, bad" in caplog.text
    assert score_weights(labels().slice(0, 0), {"text:mood": 1}).num_rows == 0
