from __future__ import annotations

import numpy as np
import pytest

from python_udfs.evaluation.experiments import Moments
from python_udfs.evaluation.experiments.moments import PARTS

_RNG = np.random.default_rng(3)
_COLUMNS = {part: _RNG.integers(0, 50, 200) for part in PARTS}


def test_aggregates_are_the_sample_moments_of_the_users() -> None:
    found = Moments.from_users(_COLUMNS).aggregates()
    expected = np.cov(np.array([_COLUMNS[part] for part in PARTS]))
    for i, left in enumerate(PARTS):
        assert found.mean(left) == pytest.approx(_COLUMNS[left].mean())
        assert found.var(left) == pytest.approx(expected[i, i])
        for j, right in enumerate(PARTS):
            if i != j:
                assert found.cov(left, right) == pytest.approx(expected[i, j])


def test_large_sums_lose_nothing() -> None:
    far = {part: values + 10**6 for part, values in _COLUMNS.items()}
    near = Moments.from_users(_COLUMNS).aggregates()
    found = Moments.from_users(far).aggregates()
    assert found.var("numerator") == near.var("numerator")


def test_moments_of_both_arms_add_up_to_those_of_all_users() -> None:
    halves = [
        Moments.from_users({part: values[place] for part, values in _COLUMNS.items()})
        for place in (slice(0, 80), slice(80, None))
    ]
    assert halves[0] + halves[1] == Moments.from_users(_COLUMNS)


def test_before_is_the_past_in_place_of_the_experiment() -> None:
    found = Moments.from_users(_COLUMNS).before().aggregates()
    past = _COLUMNS["numerator_before"], _COLUMNS["denominator_before"]
    assert found.mean("numerator") == pytest.approx(past[0].mean())
    assert found.cov("numerator", "denominator") == pytest.approx(np.cov(*past)[0, 1])


def test_a_row_of_the_model_is_read_by_its_column_names() -> None:
    moments = Moments.from_users(_COLUMNS)
    row = {f"{left}_x_{right}": value for (left, right), value in moments.products.items()}
    assert Moments.from_row({"n_users": 200, **moments.sums, **row}) == moments


def test_a_ratio_needs_something_to_count_by() -> None:
    nothing = {part: np.zeros(5, dtype=np.int64) for part in PARTS}
    assert Moments.from_users(nothing).ratio is None
