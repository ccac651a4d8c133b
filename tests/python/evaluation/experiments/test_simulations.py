"""The statistics keep their promises on many synthetic experiments."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from scipy.stats import binom, norm

from python_udfs.evaluation.experiments import (
    Comparison,
    Design,
    compare_coverage,
    sample_ratio_p_value,
)
from tests.python.evaluation.experiments.worlds import METRICS, compared, coverage
from tools.synthetic_experiments import World, draw_users

# `--log-cli-level=INFO` shows the figures.
_LOG = logging.getLogger(__name__)
# Half of the runs have a past, so that both forms of the delta method are seen.
_A_A = World(users=2_000, exposures=10, heterogeneity=0.6)
_QUICK = Design(power=None)
_RARE = World(users=400, items=3_000, exposures=3, has_past=False)
# The chance of a wrong alarm of a whole test, shared by its bounds.
_CHANCE = 1e-3
_Runs = pytest.mark.parametrize(
    "n_runs", [60, pytest.param(1_000, marks=pytest.mark.slow)], ids=["few", "many"]
)


def _within(count: int, n_runs: int, share: float, slack: float = 0.0) -> bool:
    low = binom.ppf(_CHANCE / 10, n_runs, max(share - slack, 0))
    high = binom.isf(_CHANCE / 10, n_runs, min(share + slack, 1))
    return bool(low <= count <= high)


def _counted(n_runs: int, world: World, is_hit: Callable[[str, Comparison], bool]) -> Counter[str]:
    """Number of runs in which each metric is a hit."""
    hits: Counter[str] = Counter()
    for seed in range(n_runs):
        found = compared(replace(world, seed=seed, has_past=seed % 2 == 0), _QUICK)
        hits.update(metric for metric, one in found.items() if is_hit(metric, one))
    return hits


def _rejects(_: str, found: Comparison) -> bool:
    return found.p_value is not None and found.p_value < 0.05


@_Runs
def test_without_an_effect_one_in_twenty_runs_is_significant(n_runs: int) -> None:
    hits = _counted(n_runs, _A_A, _rejects)
    _LOG.info("%d runs: %s", n_runs, dict(hits))
    for metric in METRICS:
        assert _within(hits[metric], n_runs, 0.05, slack=0.005), (metric, hits[metric])


@_Runs
def test_intervals_hold_the_truth_in_nineteen_of_twenty_runs(n_runs: int) -> None:
    world = replace(_A_A, ctr_effect=0.1, cvr_effect=0.2, pv_effect=-0.1, heterogeneity=0.5)
    truth = {"ctr": 1.1, "cvr": 1.2, "pv": 0.9}

    def holds(metric: str, found: Comparison) -> bool:
        assert found.ratio_low is not None and found.ratio_high is not None
        return found.ratio_low <= truth.get(metric, 1) <= found.ratio_high

    hits = _counted(n_runs, world, holds)
    _LOG.info("%d runs: %s", n_runs, dict(hits))
    for metric in truth:
        assert _within(hits[metric], n_runs, 0.95, slack=0.005), (metric, hits[metric])


def _power(world: World) -> float:
    """Chance of a significant PV by the normal law, with the spread that each group has."""
    variances, effect = [], world.views * world.pv_effect
    for mean in (world.views, world.views + effect):
        # A Poisson count of log-normal activity.
        variances.append(mean + mean**2 * (math.exp(world.heterogeneity**2) - 1))
    error = math.sqrt(sum(variances) / (world.users / 2))
    return float(norm.cdf(effect / error - norm.isf(0.025)))


@_Runs
def test_the_planned_effect_is_found_with_the_power_that_was_computed(n_runs: int) -> None:
    planned = compared(replace(_A_A, users=40_000, seed=10**6))["pv"].planned_effect
    assert planned is not None
    # The plan was for twenty times the users.
    world = replace(_A_A, pv_effect=planned * math.sqrt(20), has_past=False)
    # The effect widens the spread of B, which a plan cannot know: 0.76 in place of 0.8.
    expected = _power(world)
    assert expected == pytest.approx(0.8, abs=0.05)
    hits = sum(
        _rejects("pv", compared(replace(world, seed=seed), _QUICK)["pv"]) for seed in range(n_runs)
    )
    _LOG.info("%d runs, power %.3f computed: %d", n_runs, expected, hits)
    assert _within(hits, n_runs, expected, slack=0.01)


@_Runs
def test_coverage_without_an_effect_is_seldom_significant(n_runs: int) -> None:
    hits = 0
    for seed in range(n_runs):
        found = compare_coverage(
            coverage(replace(_RARE, seed=seed)), Design(permutations=399, seed=seed)
        )
        assert found.p_value is not None
        hits += found.p_value <= 0.05
    _LOG.info("%d runs: %d", n_runs, hits)
    assert _within(hits, n_runs, 0.05, slack=0.005)


def test_wider_reach_of_one_group_is_found() -> None:
    found = compare_coverage(coverage(replace(_RARE, reach_effect=1.0)), Design())
    assert found.ratio is not None and found.ratio > 1.2
    assert found.p_value is not None and found.p_value < 0.01


@_Runs
def test_an_even_split_seldom_raises_the_alarm_and_a_skewed_one_does(n_runs: int) -> None:
    alarms: Counter[float] = Counter()
    for b_share in (0.5, 0.55):
        for seed in range(n_runs):
            (users,) = draw_users(replace(_A_A, users=5_000, b_share=b_share, seed=seed))
            n_b = int(users.is_b.sum())
            alarms[b_share] += sample_ratio_p_value(5_000 - n_b, n_b, 1) < 0.001
    _LOG.info("%d runs: %s", n_runs, dict(alarms))
    assert _within(alarms[0.5], n_runs, 0.001)
    assert alarms[0.55] > 0.99 * n_runs
