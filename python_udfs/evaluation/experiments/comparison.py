"""Settings and result of a comparison of two groups."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Comparison", "Design"]


@dataclass(frozen=True)
class Design:
    """Settings of the analysis: level, power, permutations and their seed.

    Without a power no detectable effect is computed, which takes most of the time.
    """

    alpha: float = 0.05
    power: float | None = 0.8
    permutations: int = 2000
    seed: int = 1


@dataclass(frozen=True)
class Comparison:
    """Group B against group A in one metric; None if a number is undefined.

    value_a and value_b are unadjusted; ratio is the estimate of B / A, which CUPED shifts slightly.
    minimum_detectable_effect and planned_effect are relative to A: the smallest change that would
    be found with the design's power, given the spread of group A, or that of all users before the
    start. variance_reduction is the share of the variance that CUPED removed.
    """

    value_a: float | None
    value_b: float | None
    method: str
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    p_value: float | None = None
    minimum_detectable_effect: float | None = None
    planned_effect: float | None = None
    variance_reduction: float | None = None
    remark: str | None = None
