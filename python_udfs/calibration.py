"""Calibrates scores to the share of tags that people give: isotonic regression, cross-fitted.

Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates"
(KDD 2002): the best monotone step function of the score, by scikit-learn.
"""

from __future__ import annotations

import python_udfs.torch_first  # noqa: F401  # before scikit-learn

# isort: split
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

__all__ = ["CALIBRATED", "LEAST_LABELS", "calibrated_scores"]

CALIBRATED = pa.schema([
    ("item_id", pa.string()),
    ("tag", pa.string()),
    ("ensemble_score", pa.float64()),
    ("calibrated_score", pa.float64()),
    ("fit", pa.string()),
    ("n_labels", pa.int64()),
])  # fmt: skip

# Tags that people gave, and others; with fewer of either a curve is noise.
LEAST_LABELS = 20


def calibrated_scores(labels: pa.Table) -> pa.Table:
    """Return rows of CALIBRATED, one per row of `labels`, in their order.

    `labels`: item_id, tag, ensemble_score (0 to 1, not null), fold (int32, not null; one for all
    rows of an item), is_labelled and is_manual (bool, not null). Scores of a fold are read from
    a curve fitted to the labelled rows of the other folds, so an item's own labels never move its
    scores. If the other folds have fewer than LEAST_LABELS rows of either kind, the score is
    unchanged and `fit` is `identity`.
    """
    scores = labels["ensemble_score"].to_numpy()
    folds = labels["fold"].to_numpy()
    is_labelled = labels["is_labelled"].to_numpy()
    is_manual = labels["is_manual"].to_numpy()
    calibrated = scores.copy()
    is_fitted = np.zeros(len(labels), np.bool_)
    n_labels = np.zeros(len(labels), np.int64)
    for fold in np.unique(folds):
        here = folds == fold
        learnt = is_labelled & ~here
        n_labels[here] = learnt.sum()
        curve = _curve(scores[learnt], is_manual[learnt])
        if curve is not None:
            is_fitted[here] = True
            calibrated[here] = curve.predict(scores[here]).round(9)
    return pa.table(
        [
            labels["item_id"],
            labels["tag"],
            pa.array(scores),
            pa.array(calibrated),
            pa.array(np.where(is_fitted, "isotonic", "identity").tolist(), pa.string()),
            pa.array(n_labels),
        ],
        schema=CALIBRATED,
    )


def _curve(scores: NDArray[np.float64], is_manual: NDArray[np.bool_]) -> IsotonicRegression | None:
    """The curve fitted to rows of (score, whether people gave the tag); None if too few rows."""
    n_manual = int(is_manual.sum())
    if min(n_manual, len(scores) - n_manual) < LEAST_LABELS:
        return None
    # Sums of 0 and 1 are exact, so the order of the rows does not matter.
    curve = IsotonicRegression(y_min=0, y_max=1, increasing=True, out_of_bounds="clip")
    return curve.fit(scores, is_manual.astype(np.float64))
