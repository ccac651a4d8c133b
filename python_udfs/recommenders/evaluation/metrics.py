"""Ranking metrics of each user, and measures of the lists' items.

For a user with the ranking L of all candidates and the set R of relevant ones (test interactions):

- recall@K = |L_K and R| / |R|
- nDCG@K = DCG@K / IDCG@K; DCG@K is the sum of 1 / log2(p + 1) over the relevant places p <= K,
  IDCG@K the DCG of min(|R|, K) relevant items in front (Jarvelin and Kekalainen 2002, binary gain)
- MRR@K = 1 / place of the first relevant item if that place is <= K, else 0

These are the definitions of trec_eval. A user without a relevant candidate has no value (NaN).

Measures of the first 20 items of a user. An item's popularity is (its users + 1) / (all users + 1)
over all interactions, including the test: cold items have no others. It only describes lists and
never ranks them.

- novelty: mean of -log2 popularity, in bits
- popularity bias: mean popularity / mean popularity of all candidates; 1 is no bias
- cold share: share of cold items among them
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from python_udfs.recommenders.evaluation.ranking import Ranking

__all__ = ["EXPOSURE", "FIGURES", "METRICS", "Metric", "coverage", "measure"]


@dataclass(frozen=True)
class Metric:
    """A metric at a cut, for example Metric("ndcg", 20)."""

    kind: Literal["ndcg", "recall", "mrr"]
    cut: int

    def __str__(self) -> str:
        """Return the display name, for example nDCG@20."""
        return f"{({'ndcg': 'nDCG', 'mrr': 'MRR'}).get(self.kind, self.kind)}@{self.cut}"


METRICS = (
    Metric("ndcg", 20),
    Metric("ndcg", 10),
    Metric("recall", 20),
    Metric("recall", 10),
    Metric("mrr", 20),
)
"""Metrics of rankings. The first is the primary one, chosen before any result."""
EXPOSURE = ("novelty", "popularity bias", "cold share")
FIGURES = (*map(str, METRICS), *EXPOSURE)
"""The columns of `measure`."""

_SHOWN = 20

_NO_PLACE = 2**31
_DCG_OF = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(2, 22)))])


def measure(ranking: Ranking, copies: NDArray[np.int32] | None = None) -> NDArray[np.float64]:
    """Return FIGURES of each user, float64 (n_users, len(FIGURES)), NaN without relevant items.

    copies: int32 (n_candidates,), copies of each candidate in the catalogue; one if None. The item
    bootstrap draws an item several times or not at all: copies of one candidate are adjacent in the
    ranking, and each counts as a separate item.
    """
    if copies is None:
        copies = np.ones(ranking.truth.shape[1], np.int32)
    n_relevant = (ranking.truth @ copies.astype(np.float32)).round().astype(np.int64)
    weight = copies[ranking.items]
    # A candidate's copies have the places before + 1 to last.
    last = np.cumsum(weight, axis=1, dtype=np.int64)
    values = np.full((len(n_relevant), len(FIGURES)), np.nan)
    some = n_relevant > 0
    values[some, : len(METRICS)] = _ranking_metrics(ranking, last, weight, n_relevant)[some]
    values[some, len(METRICS) :] = _exposure(ranking, last, weight, copies)[some]
    return values


def _ranking_metrics(
    ranking: Ranking,
    last: NDArray[np.int64],
    weight: NDArray[np.int32],
    n_relevant: NDArray[np.int64],
) -> NDArray[np.float64]:
    # Only places of relevant candidates matter.
    last, width = last.ravel()[ranking.hits], weight.ravel()[ranking.hits]
    before = last - width
    user = ranking.hits // ranking.items.shape[1]
    n_users = len(n_relevant)
    n_any = np.maximum(n_relevant, 1)
    values = np.empty((n_users, len(METRICS)))
    for column, metric in enumerate(METRICS):
        upper, lower = np.minimum(last, metric.cut), np.minimum(before, metric.cut)
        match metric.kind:
            case "recall":
                found = np.bincount(user, upper - lower, n_users) / n_any
            case "ndcg":
                gain = np.bincount(user, _DCG_OF[upper] - _DCG_OF[lower], n_users)
                found = gain / _DCG_OF[np.minimum(n_any, metric.cut)]
            case "mrr":
                place = np.full(n_users, _NO_PLACE)
                starts = np.flatnonzero(np.diff(user, prepend=-1))
                drawn = np.where(width > 0, before + 1, _NO_PLACE)
                if len(starts):
                    place[user[starts]] = np.minimum.reduceat(drawn, starts)
                found = np.where(place <= metric.cut, 1 / place, 0.0)
        values[:, column] = found
    return values


def _exposure(
    ranking: Ranking,
    last: NDArray[np.int64],
    weight: NDArray[np.int32],
    copies: NDArray[np.int32],
) -> NDArray[np.float64]:
    n_places = np.minimum(last, _SHOWN) - np.minimum(last - weight, _SHOWN)
    exposure: NDArray[np.float64] = np.einsum(
        "up,upf->uf", n_places.astype(np.float64), ranking.shown
    ) / np.maximum(n_places.sum(axis=1, keepdims=True), 1)
    exposure[:, 1] /= ranking.candidates.popularity @ copies / copies.sum()
    return exposure


def coverage(ranking: Ranking, cut: int = _SHOWN) -> float:
    """Return the share of the candidates in the first `cut` places of any user."""
    n_candidates: int = ranking.truth.shape[1]
    return len(np.unique(ranking.items[:, :cut])) / n_candidates
