"""What this many items and users can show, computed before any arm is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from python_udfs.recommenders.evaluation.arms import Arm, Blocks, arm_features
from python_udfs.recommenders.evaluation.experiment import MakeModel, Options, Task, test_scores
from python_udfs.recommenders.evaluation.metrics import METRICS
from python_udfs.recommenders.evaluation.split import Split

__all__ = ["halves", "smallest_differences"]

_FACTOR = NormalDist().inv_cdf(1 - 0.05 / 2) + NormalDist().inv_cdf(0.8)
"""2.80: two-sided test at 5 %, power of 80 %, normal approximation."""


def halves(tags: pa.Table, seed: int) -> tuple[pa.Table, pa.Table]:
    """Deal the rows of `tags` out to two halves, each row by a fair coin."""
    order = tags.sort_by([("item_id", "ascending"), ("feature", "ascending")])
    is_first = np.random.default_rng(seed).random(order.num_rows) < 0.5
    return order.filter(pa.array(is_first)), order.filter(pa.array(~is_first))


def smallest_differences(
    make: MakeModel,
    blocks: Blocks,
    split: Split,
    tasks: Sequence[Task],
    options: Options,
    *,
    beside_general: bool,
    n_halvings: int = 2,
) -> NDArray[np.float64]:
    """Return the smallest difference of two arms that would be found, float64 (tasks, METRICS).

    The manual tags of the cold items are dealt out to two halves: arms that are equally good in
    expectation and rank differently, with or without general metadata beside them. The standard
    error of their paired difference (the greatest of the three bootstraps; root of the mean square
    over `n_halvings`) times 2.80. Only the spread of that difference is used; no arm of the
    experiment is compared here.
    """
    arm = Arm("half", ("general", "manual") if beside_general else ("manual",))
    squares = np.zeros((len(tasks), len(METRICS)))
    for number in range(n_halvings):
        scores = [
            test_scores(make(), split, arm_features(replace(blocks, manual=half), split, arm))
            for half in halves(blocks.manual, options.seed + number)
        ]
        for row, task in enumerate(tasks):
            first, second = (task.measured(task.ranked(score))[0] for score in scores)
            difference = first - second
            squares[row] += [
                difference.standard_error(metric) ** 2 for metric in range(len(METRICS))
            ]
    smallest: NDArray[np.float64] = _FACTOR * np.sqrt(squares / n_halvings)
    return smallest
