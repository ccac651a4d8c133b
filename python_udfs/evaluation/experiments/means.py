"""Compares metrics that are ratios of two means over users: delta method, CUPED and power."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import tea_tasting as tt
from tea_tasting.aggr import Aggregates

from python_udfs.evaluation.experiments.comparison import Comparison, Design
from python_udfs.evaluation.experiments.moments import Moments

__all__ = ["compare_means", "sample_ratio_p_value"]

# With fewer clicks or views in a group, the normal approximation of the interval is rough.
FEW_EVENTS = 30
# A variance below this share of the squared value is rounding: all users are equal.
NO_SPREAD = 1e-12


def compare_means(arm_a: Moments, arm_b: Moments, design: Design) -> Comparison:
    """Compare sum(numerator) / sum(denominator) of two arms, with users as the unit.

    The variance of the ratio is from the delta method (Deng, Knoblich and Lu, 2018); the interval
    of B / A is symmetric on the log scale. If users have a pre-period, CUPED (Deng et al., 2013)
    removes the variance it explains, and the planned effect is known before the start.
    """
    if arm_a.n_users < 2 or arm_b.n_users < 2:
        return Comparison(
            arm_a.ratio, arm_b.ratio, "none", remark="fewer than two users in a group"
        )
    sizes = arm_a.n_users, arm_b.n_users
    past = (arm_a + arm_b).before()
    if not past.ratio or not _varies(past.aggregates()):
        return _compared(arm_a, arm_b, design, has_past=False)
    planned = _detectable(design, _metric(design, sizes), past.aggregates())
    return replace(_compared(arm_a, arm_b, design, has_past=True), planned_effect=planned)


def _compared(arm_a: Moments, arm_b: Moments, design: Design, *, has_past: bool) -> Comparison:
    values = arm_a.ratio, arm_b.ratio
    if values[0] is None or values[1] is None:
        return Comparison(*values, "none", remark="undefined: nothing to count by in a group")
    if not values[0] or not values[1]:
        ratio = 0.0 if values[0] else None
        return Comparison(*values, "none", ratio, remark="nothing was counted in a group")
    a, b = arm_a.aggregates(), arm_b.aggregates()
    if not _varies(a) and not _varies(b):
        return Comparison(*values, "none", values[1] / values[0], remark="all users are alike")
    sizes = arm_a.n_users, arm_b.n_users
    plain = _metric(design, sizes)
    metric = _metric(design, sizes, cuped=True) if has_past else plain
    result, without = metric.analyze_aggregates(a, b), plain.analyze_aggregates(a, b)
    few = min(arm_a.sums["numerator"], arm_b.sums["numerator"]) < FEW_EVENTS
    return Comparison(
        *values,
        method="delta_cuped" if has_past else "delta",
        ratio=1 + result.rel_effect_size,
        ratio_low=1 + result.rel_effect_size_ci_lower,
        ratio_high=1 + result.rel_effect_size_ci_upper,
        p_value=result.pvalue,
        minimum_detectable_effect=_detectable(design, metric, a),
        variance_reduction=1 - (_width(result) / _width(without)) ** 2 if has_past else None,
        remark="few events: a rough interval" if few else None,
    )


def sample_ratio_p_value(n_a: int, n_b: int, users_ratio: float) -> float:
    """Return the probability of groups this uneven if `users_ratio` (B / A) was planned."""
    counts = {"a": Aggregates(n_a), "b": Aggregates(n_b)}
    return float(tt.SampleRatio(users_ratio).analyze(counts, "a", "b").pvalue)


def _metric(design: Design, sizes: tuple[int, int], *, cuped: bool = False) -> Any:
    return tt.RatioOfMeans(
        "numerator",
        "denominator",
        "numerator_before" if cuped else None,
        "denominator_before" if cuped else None,
        confidence_level=1 - design.alpha,
        alpha=design.alpha,
        power=design.power or 0.5,
        n_obs=sum(sizes),
        ratio=sizes[1] / sizes[0],
    )


def _varies(sample: Aggregates) -> bool:
    spread = sample.ratio_var("numerator", "denominator")
    value = sample.mean("numerator") / sample.mean("denominator")
    return bool(spread > NO_SPREAD * value * value)


def _width(result: Any) -> float:
    return float(result.effect_size_ci_upper - result.effect_size_ci_lower)


def _detectable(design: Design, metric: Any, sample: Aggregates) -> float | None:
    """Return the smallest relative effect found with the design's power and these group sizes."""
    if design.power is None:
        return None
    found = metric.solve_power_from_aggregates(sample, "rel_effect_size")[0].rel_effect_size
    return float(found) if math.isfinite(found) else None
