"""Planted effects are found; absent ones are not."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
import pytest
from numpy.typing import NDArray

from python_udfs.recommenders.content import Content
from python_udfs.recommenders.evaluation import (
    ARMS,
    FIGURES,
    Arm,
    Estimate,
    Options,
    Task,
    arm_features,
    hold_out_cold,
    smallest_differences,
    test_scores,
)
from python_udfs.recommenders.evaluation.experiment import MakeModel
from python_udfs.recommenders.evaluation.power import halves
from python_udfs.recommenders.graph import Graph
from python_udfs.recommenders.popularity import Popularity
from tests.python.recommenders.evaluation.worlds import blocks, catalogue, cold_items, world

OPTIONS = Options(n_resamples=300, n_seeds=3)
SPLIT = hold_out_cold(world(), cold_items(), catalogue())
TASK = Task.make(SPLIT, OPTIONS, cold_only=True)
NONE, GENERATED = ARMS[0], ARMS[3]
# Collected as tests otherwise, by their names.
score = test_scores
del test_scores


def measured(make: MakeModel, arm: Arm, *, is_right: bool) -> Estimate:
    features = arm_features(blocks(is_right=is_right), SPLIT, arm)
    return TASK.measured(TASK.ranked(score(make(), SPLIT, features)))[0]


@pytest.mark.parametrize("make", [Content, Graph])
def test_tags_that_name_the_taste_help(make: MakeModel) -> None:
    baseline = measured(make, NONE, is_right=True)
    assert (measured(make, GENERATED, is_right=True) - baseline).widest(0).verdict == "helps"


@pytest.mark.parametrize("make", [Content, Graph])
def test_tags_at_random_are_not_said_to_help(make: MakeModel) -> None:
    baseline = measured(make, NONE, is_right=False)
    difference = measured(make, GENERATED, is_right=False) - baseline
    assert difference.widest(0).verdict == "no difference shown"


def test_a_model_without_a_signal_is_the_random_baseline() -> None:
    orders = TASK.ranked(score(Popularity(), SPLIT, None))
    estimate, coverage = TASK.measured(orders)
    found = dict(zip(FIGURES, estimate.mean.tolist(), strict=True))
    assert found["recall@20"] == pytest.approx(20 / 60, abs=0.03)
    assert (coverage, found["cold share"]) == (1, pytest.approx(1))


def test_in_the_whole_catalogue_nothing_known_is_shown_again() -> None:
    task = Task.make(SPLIT, OPTIONS, cold_only=False)
    (items, *_) = task.ranked(score(Popularity(), SPLIT, None))
    consumed = SPLIT.train.matrix[SPLIT.test_users]
    n_left = len(SPLIT.train.items) - np.diff(consumed.indptr)
    for row, places in enumerate(items):
        known = set(consumed[row].indices.tolist())
        assert not known & set(places[: n_left[row]].tolist())


def test_hits_can_be_counted_in_a_part_of_the_candidates() -> None:
    is_first = np.arange(60) < 30
    first, rest = TASK.restricted(is_first), TASK.restricted(~is_first)
    assert first.truth.nnz + rest.truth.nnz == TASK.truth.nnz
    assert first.truth[:, 30:].nnz == 0


def test_halves_hold_every_tag_once() -> None:
    tags = blocks(is_right=True).manual
    first, second = halves(tags, seed=1)
    rows = [*first.to_pylist(), *second.to_pylist()]
    assert sorted(rows, key=str) == sorted(tags.to_pylist(), key=str)
    assert min(first.num_rows, second.num_rows) > 15


def test_more_users_and_items_show_smaller_differences() -> None:
    def smallest(n_items: int, n_users: int) -> NDArray[np.float64]:
        events = world()
        kept = events.filter(pc.less(events["user_id"], f"u{n_users:02}"))
        split = hold_out_cold(kept, cold_items()[:n_items], catalogue())
        task = Task.make(split, OPTIONS, cold_only=True)
        return smallest_differences(
            Content, blocks(is_right=True), split, task, OPTIONS.seed, beside_general=False
        )[:, 0]

    few, many = smallest(30, 30), smallest(60, 80)
    assert (many > 0).all()
    assert (many < few).all()
    assert (few < 1).all()


def test_fewer_resamples_are_the_first_ones() -> None:
    few = TASK.with_resamples(20)
    assert (few.draws.items == TASK.draws.items[:20]).all()
    assert few.draws.users.shape == (20, TASK.draws.users.shape[1])
