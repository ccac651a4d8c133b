"""Ranking metrics of each user, and what the lists show of the catalogue.

For a user with the ranking L of all candidates and the set R of relevant ones (test interactions):

- recall@K = |L_K and R| / |R|
- nDCG@K = DCG@K / IDCG@K; DCG@K is the sum of 1 / log2(p + 1) over the relevant places p <= K,
  IDCG@K the DCG of min(|R|, K) relevant items in front (Jarvelin and Kekalainen 2002, binary gain)
- MRR@K = 1 / place of the first relevant item if that place is <= K, else 0

These are the definitions of trec_eval. A user without a relevant candidate has no value (NaN).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from python_udfs.recommenders.evaluation.ranking import Ranking

__all__ = ["METRICS", "Exposure", "Metric", "describe_exposure", "measure"]


@dataclass(frozen=True)
class Metric:
    """A metric at a cut, for example Metric("ndcg", 20)."""

    kind: Literal["ndcg", "recall", "mrr"]
    cut: int

    def __str__(self) -> str:
        """Return the name that tables show, for example nDCG@20."""
        return f"{({'ndcg': 'nDCG', 'mrr': 'MRR'}).get(self.kind, self.kind)}@{self.cut}"


METRICS = (
    Metric("ndcg", 20),
    Metric("ndcg", 10),
    Metric("recall", 20),
    Metric("recall", 10),
    Metric("mrr", 20),
)
"""The columns of `measure`. The first is the primary one, chosen before any result."""

_NO_PLACE = 2**31
_DCG_OF = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(2, 22)))])


def measure(ranking: Ranking, copies: NDArray[np.int32] | None = None) -> NDArray[np.float64]:
    """Return METRICS of each user, float64 (n_users, len(METRICS)), NaN without relevant items.

    copies: int32 (n_candidates,), how often each candidate stands in the catalogue; once if None.
    The item bootstrap draws an item several times or not at all: copies of one candidate stand
    beside each other in the ranking, and each counts as an item of its own.
    """
    if copies is None:
        copies = np.ones(ranking.truth.shape[1], np.int32)
    n_relevant = (ranking.truth @ copies.astype(np.float32)).round().astype(np.int64)
    weight = copies[ranking.items]
    # A candidate's copies hold the places before + 1 to last; only relevant ones are looked at.
    last = np.cumsum(weight, axis=1).ravel()[ranking.hits]
    width = weight.ravel()[ranking.hits]
    before = last - width
    user = ranking.hits // ranking.items.shape[1]
    values = np.full((len(n_relevant), len(METRICS)), np.nan)
    some = n_relevant > 0
    for column, metric in enumerate(METRICS):
        upper, lower = np.minimum(last, metric.cut), np.minimum(before, metric.cut)
        match metric.kind:
            case "recall":
                found = np.bincount(user, upper - lower, len(n_relevant))[some] / n_relevant[some]
            case "ndcg":
                gain = np.bincount(user, _DCG_OF[upper] - _DCG_OF[lower], len(n_relevant))
                found = gain[some] / _DCG_OF[np.minimum(n_relevant[some], metric.cut)]
            case "mrr":
                place = np.full(len(n_relevant), _NO_PLACE)
                starts = np.flatnonzero(np.diff(user, prepend=-1))
                drawn = np.where(width > 0, before + 1, _NO_PLACE)
                if len(starts):
                    place[user[starts]] = np.minimum.reduceat(drawn, starts)
                found = np.where(place <= metric.cut, 1 / place, 0.0)[some]
        values[some, column] = found
    return values


@dataclass(frozen=True)
class Exposure:
    """What the lists of all users show of the candidates.

    coverage: share of the candidates that at least one user is shown. novelty: mean over all
    places of -log2 of the item's popularity, in bits. popularity_bias: mean popularity of what is
    shown over that of all candidates; 1 is none. An item's popularity is (its users + 1) /
    (all users + 1) over all interactions, those of the test included: cold items have no other.
    It describes lists and never ranks them. cold_share: share of the places that cold items hold.
    """

    coverage: float
    novelty: float
    popularity_bias: float
    cold_share: float


def describe_exposure(
    ranking: Ranking,
    n_users_of_item: NDArray[np.int64],
    n_users: int,
    is_cold: NDArray[np.bool_],
    cut: int = 20,
) -> Exposure:
    """Return the exposure of the first `cut` places.

    n_users_of_item: int64 (n_candidates,), of `n_users` in all; is_cold: bool (n_candidates,).
    """
    shown = ranking.items[:, :cut]
    popularity = (n_users_of_item + 1) / (n_users + 1)
    return Exposure(
        coverage=len(np.unique(shown)) / len(popularity),
        novelty=float(-np.log2(popularity[shown]).mean()),
        popularity_bias=float(popularity[shown].mean() / popularity.mean()),
        cold_share=float(is_cold[shown].mean()),
    )
