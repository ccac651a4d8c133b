from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from python_udfs.evaluation.experiments import (
    Design,
    Moments,
    compare_means,
    sample_ratio_p_value,
)
from python_udfs.evaluation.experiments.moments import PARTS
from tests.python.evaluation.experiments.worlds import METRICS, compared, moments
from tools.synthetic_experiments import World, draw_users

_WORLD = World(users=5_000, ctr_effect=0.2, heterogeneity=0.5, seed=11)


def _users(*columns: list[int]) -> Moments:
    past = [[0] * len(columns[0])] * (4 - len(columns))
    arrays = [np.array(column, dtype=np.int64) for column in (*columns, *past)]
    return Moments.from_users(dict(zip(PARTS, arrays, strict=True)))


def test_the_p_value_is_that_of_the_delta_method_by_user() -> None:
    (users,) = draw_users(World(**{**_WORLD.__dict__, "has_past": False}))
    found = compare_means(*moments(users, "ctr"), Design())
    rates, errors = [], []
    for chosen in (~users.is_b, users.is_b):
        clicks, shown = users.during["click"][chosen], users.during["exposure"][chosen]
        rate = clicks.sum() / shown.sum()
        residual = (clicks - rate * shown) / shown.mean()
        rates.append(rate)
        errors.append(residual.std(ddof=1) ** 2 / len(shown))
    z = (rates[1] - rates[0]) / math.sqrt(sum(errors))
    assert found.method == "delta"
    assert found.variance_reduction is None
    assert found.planned_effect is None
    assert (found.value_a, found.value_b) == pytest.approx(rates)
    assert found.ratio == pytest.approx(rates[1] / rates[0])
    assert found.p_value == pytest.approx(2 * norm.sf(abs(z)), rel=0.02)
    spread = math.sqrt(errors[0] / rates[0] ** 2 + errors[1] / rates[1] ** 2)
    assert found.ratio_low is not None
    assert math.log(found.ratio_low) == pytest.approx(
        math.log(rates[1] / rates[0]) - 1.96 * spread, rel=0.01
    )


def test_the_past_narrows_the_interval_and_leaves_the_counts() -> None:
    (users,) = draw_users(_WORLD)
    with_past = compare_means(*moments(users, "pv"), Design())
    users.before["view"][:] = 0
    without = compare_means(*moments(users, "pv"), Design())
    assert with_past.method == "delta_cuped"
    assert with_past.value_a == without.value_a
    assert with_past.variance_reduction is not None
    assert with_past.variance_reduction > 0.1

    def width(low: float | None, high: float | None) -> float:
        assert low is not None and high is not None
        return math.log(high / low)

    assert width(with_past.ratio_low, with_past.ratio_high) == pytest.approx(
        width(without.ratio_low, without.ratio_high) * math.sqrt(1 - with_past.variance_reduction),
        rel=0.02,
    )


def test_a_smaller_level_gives_a_wider_interval_and_more_power_a_larger_effect() -> None:
    usual = compared(_WORLD)["ctr"]
    strict = compared(_WORLD, Design(alpha=0.01))["ctr"]
    strong = compared(_WORLD, Design(power=0.95))["ctr"]
    assert strict.ratio_low < usual.ratio_low < usual.ratio_high < strict.ratio_high  # type: ignore[operator]
    assert strong.minimum_detectable_effect > usual.minimum_detectable_effect  # type: ignore[operator]
    assert strong.p_value == usual.p_value


def test_the_detectable_effect_is_that_of_the_normal_law() -> None:
    (users,) = draw_users(World(**{**_WORLD.__dict__, "has_past": False}))
    a, b = moments(users, "pv")
    found = compare_means(a, b, Design()).minimum_detectable_effect
    views = users.during["view"][~users.is_b]
    spread = views.std(ddof=1) / views.mean()
    reach = norm.isf(0.025) + norm.ppf(0.8)
    expected = reach * spread * math.sqrt(1 / a.n_users + 1 / b.n_users)
    assert found == pytest.approx(expected, rel=0.01)


def test_no_click_in_either_group_leaves_conversion_undefined() -> None:
    silent, busy = _users([0, 0, 0], [0, 0, 0]), _users([1, 0, 1], [2, 1, 1])
    for pair in ((silent, busy), (busy, silent), (silent, silent)):
        found = compare_means(*pair, Design())
        assert (found.ratio, found.p_value, found.method) == (None, None, "none")
        assert found.remark == "undefined: nothing to count by in a group"


def test_a_group_that_counts_nothing_has_no_interval() -> None:
    none, some = _users([0, 0, 0], [2, 1, 1]), _users([1, 0, 1], [2, 1, 1])
    assert compare_means(none, some, Design()).ratio is None
    assert compare_means(some, none, Design()).ratio == 0
    assert compare_means(some, none, Design()).p_value is None


def test_the_planned_effect_is_known_from_the_past_alone() -> None:
    (users,) = draw_users(_WORLD)
    whole = compare_means(*moments(users, "pv"), Design())
    for counts in users.during.values():
        counts[:] = 0
    before = {metric: compare_means(*moments(users, metric), Design()) for metric in METRICS}
    assert before["pv"].planned_effect == whole.planned_effect
    for found in before.values():
        assert found.planned_effect is not None and found.planned_effect > 0
        assert (found.method, found.p_value) == ("none", None)


def test_users_that_are_all_alike_and_single_users_have_no_interval() -> None:
    alike = _users([1, 2, 3], [3, 6, 9])
    assert compare_means(alike, alike, Design()).remark == "all users are alike"
    assert compare_means(alike, alike, Design()).ratio == 1
    single = _users([1], [3])
    assert compare_means(single, alike, Design()).remark == "fewer than two users in a group"


def test_few_events_are_remarked() -> None:
    few, many = _users([1] * 28 + [0], [2] * 29), _users([1] * 30 + [0], [2] * 31)
    assert compare_means(few, many, Design()).remark == "few events: a rough interval"
    assert compare_means(many, many, Design()).remark is None


@pytest.mark.parametrize(
    ("n_a", "n_b", "users_ratio", "is_alarm"),
    [(5_000, 5_000, 1, False), (5_000, 5_400, 1, True), (5_000, 2_500, 0.5, False),
     (5_000, 5_000, 0.5, True), (10, 0, 1, False), (0, 60, 1, True)],
)  # fmt: skip
def test_an_uneven_split_raises_the_alarm(
    n_a: int, n_b: int, users_ratio: float, is_alarm: bool
) -> None:
    assert (sample_ratio_p_value(n_a, n_b, users_ratio) < 0.001) == is_alarm
