"""Distinct items shown to each group, and whether chance alone explains the difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import norm

from python_udfs.evaluation.experiments.comparison import Comparison, Design

__all__ = ["Coverage", "compare_coverage"]

# Maximum number of label cells for the permutations of one batch.
_CELLS = 8_000_000


@dataclass(frozen=True)
class Coverage:
    """The items shown to two groups.

    n_items_a and n_items_b are the distinct items of each; n_certain items have enough users that
    every permutation shows them to both. `items` and `users` are the exposures of all others, as
    gapless codes from 0, distinct pairs.
    """

    n_users_a: int
    n_users_b: int
    n_items_a: int
    n_items_b: int
    n_certain: int
    items: NDArray[np.int64]
    users: NDArray[np.int64]


def compare_coverage(coverage: Coverage, design: Design) -> Comparison:
    """Compare the distinct items of two groups by permuting users between them.

    The p-value is two-sided for the difference of the two counts. The interval is the permutation
    distribution of B / A, shifted on the log scale to the observed ratio; so it has the width of no
    effect.
    """
    values = float(coverage.n_items_a), float(coverage.n_items_b)
    if not coverage.n_users_a or not coverage.n_users_b:
        return Comparison(*values, "none", remark="a group without users")
    if not values[0] or not values[1]:
        return Comparison(*values, "none", remark="nothing was shown to a group")
    ratio = values[1] / values[0]
    shown_a, shown_b = permuted(coverage, design)
    difference = coverage.n_items_b - coverage.n_items_a
    by_chance = shown_b - shown_a
    tail = min((by_chance <= difference).sum(), (by_chance >= difference).sum())
    p_value = min(1.0, 2 * (1 + int(tail)) / (1 + design.permutations))
    if not shown_a.all() or not shown_b.all():
        return Comparison(*values, "permutation", ratio, p_value=p_value, remark="few items")
    logs = np.log(shown_b / shown_a)
    if np.ptp(logs) == 0:
        remark = "chance cannot change what these groups are shown"
        return Comparison(*values, "permutation", ratio, p_value=p_value, remark=remark)
    low, middle, high = np.quantile(logs, [design.alpha / 2, 0.5, 1 - design.alpha / 2])
    reach = _reach(design) * float(logs.std())
    uneven = abs(middle) > 0.01
    return Comparison(
        *values,
        method="permutation",
        ratio=ratio,
        ratio_low=ratio * float(np.exp(middle - high)),
        ratio_high=ratio * float(np.exp(middle - low)),
        p_value=p_value,
        minimum_detectable_effect=float(np.expm1(reach)) if design.power else None,
        remark=(
            f"groups of this size have a ratio of {np.exp(middle):.3f} by chance"
            if uneven
            else None
        ),
    )


def _reach(design: Design) -> float:
    """Standard errors between no effect and an effect found with the design's power."""
    return float(norm.isf(design.alpha / 2) + norm.ppf(design.power or 0.5))


def permuted(coverage: Coverage, design: Design) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct items of both groups in each permutation of all users.

    Only users of rare items matter: their number in A is hypergeometric, and their choice is
    random.
    """
    rng = np.random.default_rng(design.seed)
    n_items = int(coverage.items.max()) + 1 if len(coverage.items) else 0
    n_users = int(coverage.users.max()) + 1 if len(coverage.users) else 0
    ones = np.ones(len(coverage.items), dtype=np.int32)
    matrix = csr_matrix((ones, (coverage.items, coverage.users)), shape=(n_items, n_users))
    users_of_items = np.asarray(matrix.sum(axis=1)).reshape(-1, 1)
    n_others = coverage.n_users_a + coverage.n_users_b - n_users
    in_a = rng.hypergeometric(n_users, n_others, coverage.n_users_a, design.permutations)
    at_once = max(1, _CELLS // max(1, n_users, n_items))
    shown_a, shown_b = [], []
    for start in range(0, design.permutations, at_once):
        counts = in_a[start : start + at_once]
        labels = np.zeros((n_users, len(counts)), dtype=np.int32)
        for column, count in enumerate(counts):
            labels[rng.permutation(n_users)[:count], column] = 1
        users_in_a = matrix @ labels
        shown_a.append((users_in_a > 0).sum(axis=0))
        shown_b.append((users_in_a < users_of_items).sum(axis=0))
    certain = coverage.n_certain
    return np.concatenate(shown_a) + certain, np.concatenate(shown_b) + certain
