"""Intervals over items: correct on known samples, independent of order."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from python_udfs.evaluation.bootstrap import Resamples


def test_means_leave_out_items_without_a_value() -> None:
    values = np.array([[1.0, np.nan], [0.0, np.nan], [1.0, 0.25], [np.nan, np.nan]])
    found = Resamples.make(4, 500, seed=1).means(values)
    assert found.value.tolist() == [pytest.approx(2 / 3, abs=1e-6), 0.25]
    assert found.n_items.tolist() == [3, 1]
    assert (found.low[1], found.high[1]) == (0.25, 0.25)
    assert found.low[0] < 2 / 3 < found.high[0]


def test_a_column_without_items_has_no_figure() -> None:
    found = Resamples.make(2, 100, seed=1).means(np.full((2, 1), np.nan))
    assert np.isnan([found.value[0], found.low[0], found.high[0]]).all()
    assert found.n_items.tolist() == [0]


def test_ratios_weigh_items_by_their_size() -> None:
    hits, tags = np.array([[1.0], [1.0]]), np.array([[1.0], [9.0]])
    found = Resamples.make(2, 500, seed=1).ratios(hits, tags)
    assert found.value.tolist() == [0.2]
    assert (found.low[0], found.high[0]) == (pytest.approx(1 / 9, abs=1e-6), 1.0)


def test_the_interval_is_that_of_scipy() -> None:
    sample = np.random.default_rng(7).gamma(2, size=400)
    found = Resamples.make(len(sample), 4000, seed=1).means(sample[:, None])
    theirs = stats.bootstrap(
        (sample,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    width = theirs.high - theirs.low
    assert found.low[0] == pytest.approx(theirs.low, abs=0.05 * width)
    assert found.high[0] == pytest.approx(theirs.high, abs=0.05 * width)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    random = np.random.default_rng(3)
    samples = random.exponential(size=(150, 600))
    found = Resamples.make(150, 400, seed=1).means(samples)
    share = np.mean((found.low <= 1) & (found.high >= 1))
    assert 0.90 < share < 0.97


def test_the_seed_alone_decides() -> None:
    values = np.random.default_rng(5).random((50, 3))
    once, again, other = (Resamples.make(50, 200, seed).means(values) for seed in (1, 1, 2))
    assert once.low.tolist() == again.low.tolist()
    assert once.low.tolist() != other.low.tolist()


def test_a_part_of_the_items_keeps_their_draws() -> None:
    resamples = Resamples.make(5, 100, seed=1)
    part = resamples.of(np.array([3, 1]))
    assert (part.weights == resamples.weights[:, [3, 1]]).all()
