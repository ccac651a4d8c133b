"""The smallest effect that this many items and users can show, computed before any result."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from python_udfs.recommenders.evaluation.arms import Arm, Blocks, arm_features
from python_udfs.recommenders.evaluation.experiment import MakeModel, Task, test_scores
from python_udfs.recommenders.evaluation.metrics import METRICS
from python_udfs.recommenders.evaluation.split import Split

__all__ = ["DETECTABLE", "halves", "smallest_differences"]

DETECTABLE = NormalDist().inv_cdf(1 - 0.05 / 2) + NormalDist().inv_cdf(0.8)
"""2.80 standard errors: two-sided test at 5 %, power of 80 %, normal approximation."""


def halves(tags: pa.Table, seed: int) -> tuple[pa.Table, pa.Table]:
    """Split the rows of `tags` into two halves, each row at random."""
    order = tags.sort_by([("item_id", "ascending"), ("feature", "ascending")])
    is_first = np.random.default_rng(seed).random(order.num_rows) < 0.5
    return order.filter(pa.array(is_first)), order.filter(pa.array(~is_first))


def smallest_differences(
    make: MakeModel,
    blocks: Blocks,
    split: Split,
    task: Task,
    seed: int,
    *,
    beside_general: bool,
    n_halvings: int = 2,
) -> NDArray[np.float64]:
    """Return the smallest difference of two arms that would be found, float64 (2, METRICS).

    The manual tags of the cold items are split into two halves: arms that are equally good in
    expectation but rank differently, with or without general metadata. Row 0 compares one half with
    the other, row 1 one half with no tags: the standard error of the paired difference (the largest
    of the three bootstraps; root mean square over `n_halvings`) times 2.80. It uses only the spread
    of the differences and compares no arms of the experiment.
    """
    arm = Arm("half", ("general", "manual") if beside_general else ("manual",))
    squares = np.zeros((2, len(METRICS)))
    for number in range(n_halvings):
        one, other = halves(blocks.manual, seed + number)
        first, *others = (
            task.measured(task.ranked(test_scores(make(), split, features)))[0]
            for features in (
                arm_features(replace(blocks, manual=tags), split, arm)
                for tags in (one, other, other.slice(0, 0))
            )
        )
        for row, against in enumerate(others):
            difference = first - against
            squares[row] += [
                difference.standard_error(metric) ** 2 for metric in range(len(METRICS))
            ]
    smallest: NDArray[np.float64] = DETECTABLE * np.sqrt(squares / n_halvings)
    return smallest
