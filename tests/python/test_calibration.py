"""Calibration: monotone, cross-fitted by item, and skipped if labels are few."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from python_udfs.calibration import CALIBRATED, LEAST_LABELS, calibrated_scores

N_FOLDS = 5


def labels(n_items: int = 100, tags: int = 6, seed: int = 1) -> pa.Table:
    """Items in alternating folds; people gave a tag with probability of a third of its score."""
    random = np.random.default_rng(seed)
    n = n_items * tags
    items = np.repeat(np.arange(n_items), tags)
    scores = random.uniform(size=n).round(2)
    return pa.table({
        "item_id": [f"i{item}" for item in items],
        "tag": [f"t{place}" for place in range(n)],
        "ensemble_score": scores,
        "fold": (items % N_FOLDS).astype(np.int32),
        "is_labelled": np.ones(n, np.bool_),
        "is_manual": random.uniform(size=n) < scores / 3,
    })  # fmt: skip


def changed(table: pa.Table, **columns: Any) -> pa.Table:
    for name, values in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(values))
    return table


def column(table: pa.Table, name: str) -> np.ndarray[Any, Any]:
    return np.asarray(table[name].to_pylist())


def test_scores_become_the_shares_that_people_give() -> None:
    found = calibrated_scores(labels(n_items=2_000))
    assert found.schema == CALIBRATED
    assert set(found["fit"].to_pylist()) == {"isotonic"}
    raw, shown = column(found, "ensemble_score"), column(found, "calibrated_score")
    assert np.abs(shown - raw / 3).mean() < 0.03
    for fold in range(N_FOLDS):
        here = np.arange(fold * 6, fold * 6 + 6)
        order = np.argsort(raw[here])
        assert (np.diff(shown[here][order]) >= 0).all()


def test_rows_keep_their_order_and_no_rows_give_none() -> None:
    given = labels()
    found = calibrated_scores(given)
    assert found.select(["item_id", "tag"]).equals(given.select(["item_id", "tag"]))
    assert calibrated_scores(given.slice(0, 0)).num_rows == 0


@pytest.mark.parametrize("what", ["all", "none", "unlabelled"])
def test_an_items_own_manual_tags_never_move_its_scores(what: str) -> None:
    given = labels()
    own = column(given, "item_id") == "i7"
    is_manual, is_labelled = column(given, "is_manual"), column(given, "is_labelled")
    is_manual[own] = what == "all"
    is_labelled[own] = what != "unlabelled"
    before = calibrated_scores(given)
    after = calibrated_scores(changed(given, is_manual=is_manual, is_labelled=is_labelled))
    assert before.filter(own).equals(after.filter(own))
    # The same rows do teach the items of other folds.
    other_fold = column(given, "fold") != 7 % N_FOLDS
    assert not before.filter(other_fold).equals(after.filter(other_fold))


def test_nothing_of_an_items_fold_is_learnt_for_it() -> None:
    given = labels()
    in_fold = column(given, "fold") == 2
    is_manual = np.where(in_fold, ~column(given, "is_manual"), column(given, "is_manual"))
    before, after = calibrated_scores(given), calibrated_scores(changed(given, is_manual=is_manual))
    assert before.filter(in_fold).equals(after.filter(in_fold))


def test_items_without_manual_tags_teach_nothing_and_are_calibrated() -> None:
    given = labels()
    unlabelled = column(given, "item_id") == "i3"
    given = changed(
        given,
        is_labelled=~unlabelled,
        is_manual=np.where(unlabelled, False, column(given, "is_manual")),
    )
    found = calibrated_scores(given)
    assert set(found.filter(unlabelled)["fit"].to_pylist()) == {"isotonic"}
    n_others = int((~unlabelled & (column(given, "fold") != 3)).sum())
    assert set(found.filter(unlabelled)["n_labels"].to_pylist()) == {n_others}
    taught = calibrated_scores(given.filter(~unlabelled))
    assert found.filter(~unlabelled).equals(taught)


@pytest.mark.parametrize(
    ("n_manual", "fit"), [(LEAST_LABELS, "isotonic"), (LEAST_LABELS - 1, "identity")]
)
@pytest.mark.parametrize("is_swapped", [False, True])
def test_with_few_labels_of_a_kind_scores_stay(n_manual: int, fit: str, is_swapped: bool) -> None:
    n_taught = 100
    is_manual = np.array([False, *([True] * n_manual), *([False] * (n_taught - n_manual))])
    given = pa.table({
        "item_id": ["a", *["b"] * n_taught],
        "tag": [f"t{place}" for place in range(n_taught + 1)],
        "ensemble_score": [0.5, *np.linspace(1, 0, n_taught)],
        "fold": np.array([0, *[1] * n_taught], np.int32),
        "is_labelled": [True] * (n_taught + 1),
        "is_manual": ~is_manual if is_swapped else is_manual,
    })  # fmt: skip
    found = calibrated_scores(given).to_pylist()
    assert (found[0]["fit"], found[0]["n_labels"]) == (fit, n_taught)
    assert (found[0]["calibrated_score"] == 0.5) == (fit == "identity")
    # Fold 0 has one labelled tag: too few to teach fold 1.
    assert {row["fit"] for row in found[1:]} == {"identity"}


def test_scores_beyond_those_that_were_learnt_get_the_nearest_share() -> None:
    given = labels()
    scores = column(given, "ensemble_score").clip(0.2, 0.8)
    scores[0], scores[1], scores[2], scores[3] = 0.0, 0.2, 0.8, 1.0
    found = column(calibrated_scores(changed(given, ensemble_score=scores)), "calibrated_score")
    assert found[0] == found[1] < found[2] == found[3]
