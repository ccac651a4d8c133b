"""Weights of the evidence for a tag: a logistic regression on the tags that people gave.

The logarithm of the odds that people give a tag is the sum of weight times strength over its
evidence. Weights of paths and evaluators are at least 0, so more evidence never lowers a score;
scikit-learn's logistic regression has no such bound, so SciPy's L-BFGS-B minimises the same loss:
the negative log-likelihood, plus half the square of every bounded weight (its C = 1).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, log_expit

__all__ = ["FREE", "LEAST_LABELS", "SCORE_WEIGHTS", "score_weights"]

_log = logging.getLogger(__name__)

SCORE_WEIGHTS = pa.schema([
    ("fold", pa.int32()),
    ("evidence", pa.string()),
    ("weight", pa.float64()),
    ("n_labels", pa.int64()),
    ("is_set", pa.bool_()),
])  # fmt: skip

# Tags that people gave, and others; with fewer of either, weights are noise.
LEAST_LABELS = 20
# What tags have by their kind: it may lower a score.
FREE = ("any tag", "judged offer", "novel")
_N_FOLDS = 5


def score_weights(labels: pa.Table, given: Mapping[str, float] | None = None) -> pa.Table:
    """Return rows of SCORE_WEIGHTS: the weights for items of each fold, learnt from the others.

    `labels`: fold (int32, 0 to 4), evidence (map of string to float64 of 0 or more, the strength of
    each kind of evidence for the tag), is_manual (bool, whether people gave it); in a fixed order.
    `given` sets weights by kind of evidence; the others are learnt around them, and `is_set` tells
    them apart. `n_labels` is the number of tags that were learnt from. A fold has no rows if the
    others have fewer than LEAST_LABELS tags that people gave, or fewer others. Weights have 4
    places.
    """
    given = given or {}
    evidence = labels["evidence"].combine_chunks()
    kinds = pc.unique(evidence.keys).sort()
    strengths = csr_array(
        (
            np.asarray(evidence.items, dtype=np.float64),
            np.asarray(pc.index_in(evidence.keys, value_set=kinds), dtype=np.int32),
            np.asarray(evidence.offsets),
        ),
        shape=(len(labels), len(kinds)),
    )
    folds = np.asarray(labels["fold"])
    is_manual = np.asarray(labels["is_manual"])
    names: list[str] = kinds.to_pylist()
    if names and (unknown := sorted(given.keys() - set(names))):
        # No error: a system without a path lacks its evidence.
        _log.warning(
            "var evidence_weights names %s, which no tag has here; known: %s",
            ", ".join(unknown),
            ", ".join(names),
        )
    # The least and the greatest weight of each kind.
    bounds = [
        (given[name], given[name]) if name in given else (None if name in FREE else 0.0, None)
        for name in names
    ]
    is_set = [name in given for name in names]
    tables = []
    for fold in range(_N_FOLDS):
        learnt = folds != fold
        n_manual, n_labels = int(is_manual[learnt].sum()), int(learnt.sum())
        if min(n_manual, n_labels - n_manual) >= LEAST_LABELS:
            weights = _weights(strengths[learnt], is_manual[learnt], bounds)
            n = len(kinds)
            columns = [np.full(n, fold), kinds, weights, np.full(n, n_labels), is_set]
            tables.append(pa.table(columns, schema=SCORE_WEIGHTS))
    return pa.concat_tables([SCORE_WEIGHTS.empty_table(), *tables])


def _weights(
    strengths: csr_array,
    is_manual: NDArray[np.bool_],
    bounds: Sequence[tuple[float | None, float | None]],
) -> NDArray[np.float64]:
    """The weights (kinds,) that minimise the loss on `strengths` (tags, kinds)."""
    signs = np.where(is_manual, 1.0, -1.0)
    is_free = np.array([least is None for least, _ in bounds])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (strengths @ weights)
        bounded = np.where(is_free, 0, weights)
        slopes = -signs * expit(-margins)
        return -log_expit(margins).sum() + 0.5 * bounded @ bounded, strengths.T @ slopes + bounded

    start = np.array([least or 0.0 for least, _ in bounds])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    weights: NDArray[np.float64] = found.x.round(4) + 0.0
    return weights
