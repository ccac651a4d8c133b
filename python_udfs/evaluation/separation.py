"""Measures how well a judge tells an item's own tags from those of other items."""

from __future__ import annotations

import python_udfs.torch_first  # noqa: F401  # before scikit-learn

# isort: split
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from python_udfs.evaluation.bootstrap import Resamples
from python_udfs.recommenders.evaluation.bootstrap import Interval

__all__ = ["SEPARATIONS", "separations"]

SEPARATIONS = pa.schema([
    ("evaluator", pa.string()),
    ("auc", pa.float64()),
    ("low", pa.float64()),
    ("high", pa.float64()),
    ("n_items", pa.int64()),
])  # fmt: skip


def separations(scores: pa.Table, n_resamples: int, seed: int) -> pa.Table:
    """Return rows of SEPARATIONS, one per evaluator in `scores`, sorted by name.

    `scores`: item_id, is_own (bool), evaluator, verdict_score (0 to 1), none null. auc: the area
    under the ROC curve (scikit-learn), own against foreign tags, ties half. low and high: a 95 %
    percentile bootstrap that draws whole items `n_resamples` times, since the tags of an item share
    its text. All three are null for an evaluator without own or without foreign tags. The same
    rows in the same order and the same `seed` give the same interval.
    """
    rows = []
    for evaluator in sorted(pc.unique(scores["evaluator"]).to_pylist()):
        judged = scores.filter(pc.equal(scores["evaluator"], evaluator))
        items = pc.dictionary_encode(judged["item_id"]).combine_chunks()
        auc, low, high = _interval(
            judged["is_own"].to_numpy(),
            judged["verdict_score"].to_numpy(),
            np.asarray(items.indices, dtype=np.int64),
            n_resamples,
            seed,
        )
        rows.append(
            {
                "evaluator": evaluator,
                "auc": auc,
                "low": low,
                "high": high,
                "n_items": len(items.dictionary),
            }
        )
    return pa.Table.from_pylist(rows, SEPARATIONS)


def _interval(
    is_own: NDArray[np.bool_],
    scores: NDArray[np.float64],
    items: NDArray[np.int64],
    n_resamples: int,
    seed: int,
) -> tuple[float | None, float | None, float | None]:
    """The AUC with the ends of its interval; `items` has the item number of each tag, from 0."""
    if is_own.all() or not is_own.any():
        return None, None, None
    drawn = Resamples.make(int(items.max()) + 1, n_resamples, seed).of(items).weights
    # A draw of few items may lack one kind and then has no AUC.
    has_both = (drawn @ is_own > 0) & (drawn @ ~is_own > 0)
    values = [roc_auc_score(is_own, scores, sample_weight=weight) for weight in drawn[has_both]]
    found = Interval.of(np.array(values))
    auc = float(roc_auc_score(is_own, scores))
    return round(auc, 9), round(found.low, 9), round(found.high, 9)
