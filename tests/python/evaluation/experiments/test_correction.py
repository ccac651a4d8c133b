from __future__ import annotations

import pytest
from scipy.stats import false_discovery_control

from python_udfs.evaluation.experiments import corrected

_P = [0.04, None, 0.001, 0.3, 0.02]


def test_holm_multiplies_the_smallest_by_their_number_and_never_falls() -> None:
    assert corrected(_P, "holm") == pytest.approx([0.08, None, 0.004, 0.3, 0.06])


def test_bh_is_that_of_scipy() -> None:
    given = [p for p in _P if p is not None]
    found = [p for p in corrected(_P, "bh") if p is not None]
    assert found == pytest.approx(false_discovery_control(given))


def test_none_leaves_them() -> None:
    assert corrected(_P, "none") == _P


def test_untested_metrics_stay_untested() -> None:
    assert corrected([None, None], "holm") == [None, None]
    assert corrected([], "bh") == []
