"""Intervals: known cases, pairing, and very small samples."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.recommenders.evaluation import (
    FIGURES,
    Candidates,
    Draws,
    Interval,
    Ranking,
    estimate,
    rank,
)

_MRR = FIGURES.index("MRR@20")


def candidates(n: int) -> Candidates:
    return Candidates(np.ones(n), np.ones(n, np.bool_))


def hits_in_front(is_hit: NDArray[np.bool_]) -> Ranking:
    """Two candidates, the first always on top; it is relevant to some, else the second is."""
    truth = np.stack([is_hit, ~is_hit], axis=1).astype(np.float32)
    items = np.tile(np.array([0, 1], np.int32), (len(is_hit), 1))
    return Ranking.of(items, sparse.csr_matrix(truth), candidates(2))


def test_the_user_interval_covers_the_truth_as_often_as_it_says() -> None:
    # MRR is 1 or 1/2 with even chance, so its true mean is 3/4.
    random = np.random.default_rng(8)
    n_users, n_trials = 100, 300
    draws = Draws.make(n_users, np.zeros(2, np.bool_), 300, seed=1)
    covered = 0
    for _ in range(n_trials):
        found = estimate([hits_in_front(random.random(n_users) < 0.5)], draws).intervals(_MRR)[0]
        covered += found.low <= 0.75 <= found.high
    # 95 % of 300 trials, four standard errors to either side.
    assert abs(covered / n_trials - 0.95) < 4 * np.sqrt(0.95 * 0.05 / n_trials)


def test_the_user_standard_error_is_that_of_the_mean() -> None:
    is_hit = np.arange(400) % 2 == 0
    draws = Draws.make(400, np.zeros(2, np.bool_), 4000, seed=2)
    found = estimate([hits_in_front(is_hit)], draws)
    assert found.mean[_MRR] == 0.75
    assert found.by_user[:, _MRR].std() == pytest.approx(0.25 / np.sqrt(400), rel=0.05)


def test_few_items_shared_by_many_users_widen_the_interval() -> None:
    # Every user likes the same 10 of 100 items and is shown the same list.
    truth = np.zeros((300, 100), np.float32)
    truth[:, ::10] = 1
    scores = np.tile(np.random.default_rng(3).random(100).astype(np.float32), (300, 1))
    ranking = Ranking.of(rank(scores, None, 1), sparse.csr_matrix(truth), candidates(100))
    draws = Draws.make(300, np.ones(100, np.bool_), 500, seed=4)
    found = estimate([ranking], draws)
    users, items, both = found.intervals(0)
    assert users.width == pytest.approx(0, abs=1e-12)
    assert items.width > 0.05
    assert found.widest(0).width == max(items.width, both.width)
    assert found.standard_error(0) > 0.01


def test_the_item_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    # Users like every item with the same chance and are shown them in random order, so that the
    # true MRR is that of many such worlds. Uncentred, its interval held the truth in 2 of 3 worlds.
    random = np.random.default_rng(9)
    n_users, n_items, n_trials = 20, 60, 200
    draws = Draws.make(n_users, np.ones(n_items, np.bool_), 200, seed=3)

    def world() -> Ranking:
        truth = sparse.csr_matrix((random.random((n_users, n_items)) < 0.1).astype(np.float32))
        items = np.argsort(random.random((n_users, n_items)), axis=1).astype(np.int32)
        return Ranking.of(items, truth, candidates(n_items))

    found = [estimate([world()], draws) for _ in range(n_trials)]
    truth = np.mean([one.mean[_MRR] for one in found])
    covered = np.mean([one.widest(_MRR).low <= truth <= one.widest(_MRR).high for one in found])
    assert covered > 0.93
    for one in found[:20]:
        for metric in range(len(FIGURES)):
            assert one.by_item[:, metric].mean() == pytest.approx(one.mean[metric])


def test_arms_are_compared_resample_by_resample() -> None:
    random = np.random.default_rng(5)
    draws = Draws.make(60, np.ones(2, np.bool_), 200, seed=6)
    arm = estimate([hits_in_front(random.random(60) < 0.5)], draws)
    same = arm - arm
    assert same.widest(_MRR) == Interval(0, 0)
    assert same.widest(_MRR).verdict == "no difference shown"


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.001, 0.2, "helps"),
        (-0.2, -0.001, "hurts"),
        (-0.1, 0.1, "no difference shown"),
        (0.0, 0.1, "no difference shown"),
        (-0.1, 0.0, "no difference shown"),
    ],
)
def test_an_interval_that_holds_zero_shows_nothing(low: float, high: float, verdict: str) -> None:
    assert Interval(low, high).verdict == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.003, 0.2, "helps"),
        (0.001, 0.2, "borderline"),
        (-0.001, 0.2, "borderline"),
        (-0.2, 0.001, "borderline"),
        (-0.2, -0.003, "hurts"),
        (-0.1, 0.1, "no difference shown"),
    ],
)
def test_a_bound_that_other_resamples_could_turn_is_said_to_be_so(
    low: float, high: float, verdict: str
) -> None:
    assert Interval(low, high, 0.002).verdict == verdict


def test_the_error_of_a_bound_shrinks_with_the_resamples() -> None:
    random = np.random.default_rng(2)
    few, many = (Interval.of(random.standard_normal(n)) for n in (400, 40_000))
    # Standard normal: a bound's standard error is sqrt(p (1 - p) / n) / density, times 1.96.
    assert many.error == pytest.approx(1.96 * np.sqrt(0.025 * 0.975 / 40_000) / 0.05845, rel=0.2)
    assert few.error > 3 * many.error
