"""How well a judge tells an item's own tags from those of other items."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

__all__ = ["SEPARATIONS", "separations"]

SEPARATIONS = pa.schema([
    ("evaluator", pa.string()),
    ("auc", pa.float64()),
    ("low", pa.float64()),
    ("high", pa.float64()),
    ("n_items", pa.int64()),
])  # fmt: skip

_TAIL_PERCENT = 2.5


def separations(scores: pa.Table, n_resamples: int, seed: int) -> pa.Table:
    """Return rows of SEPARATIONS, one for each evaluator among `scores`, sorted by name.

    `scores`: item_id, is_own (bool), evaluator, score (0 to 1), none null. auc: the area under the
    ROC curve (scikit-learn), own against foreign tags, ties half. low and high: a 95 % percentile
    bootstrap that draws whole items `n_resamples` times, since the tags of an item share its text.
    All three are null for an evaluator without an own or without a foreign tag. The same rows in
    the same order and the same `seed` give the same interval.
    """
    rows = []
    for evaluator in sorted(pc.unique(scores["evaluator"]).to_pylist()):
        judged = scores.filter(pc.equal(scores["evaluator"], evaluator))
        items = pc.dictionary_encode(judged["item_id"]).combine_chunks()
        auc, low, high = _interval(
            judged["is_own"].to_numpy(),
            judged["score"].to_numpy(),
            np.asarray(items.indices),
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
    items: NDArray[np.int32],
    n_resamples: int,
    seed: int,
) -> tuple[float | None, float | None, float | None]:
    """The AUC with the ends of its interval; `items` numbers the item of each tag from 0."""
    if is_own.all() or not is_own.any():
        return None, None, None
    n_items = int(items.max()) + 1
    random = np.random.default_rng(seed)
    drawn = random.multinomial(n_items, np.full(n_items, 1 / n_items), n_resamples)[:, items]
    # A draw of few items may lack one kind; it has no AUC.
    has_both = (drawn @ is_own > 0) & (drawn @ ~is_own > 0)
    values = [roc_auc_score(is_own, scores, sample_weight=weight) for weight in drawn[has_both]]
    low, high = np.percentile(values, [_TAIL_PERCENT, 100 - _TAIL_PERCENT]).round(9)
    return round(float(roc_auc_score(is_own, scores)), 9), float(low), float(high)
