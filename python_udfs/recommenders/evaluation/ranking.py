"""The order in which each user is shown the candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.recommenders.base import Scores

__all__ = ["Candidates", "Ranking", "rank"]

# Metrics look at 20 places. In a bootstrap resample, 64 candidates hold 64 copies in the mean; that
# they hold fewer than 20 has a chance below 1e-9.
_DEPTH = 64


@dataclass(frozen=True)
class Candidates:
    """What can be shown: popularity float64 (n_candidates,), above 0; is_cold bool, the same."""

    popularity: NDArray[np.float64]
    is_cold: NDArray[np.bool_]


@dataclass(frozen=True)
class Ranking:
    """The first candidates of each user, and which of them are relevant.

    items: int32 (n_users, depth), positions among the candidates, best first. truth: CSR float32
    (n_users, n_candidates), 1 where a candidate is relevant. hits: int64, sorted places in the
    flattened `items` at which a relevant candidate stands. shown: float64 (n_users, depth, 3), of
    the candidate at each place -log2 of its popularity, its popularity, and 1 if it is cold.
    """

    items: NDArray[np.int32]
    truth: sparse.csr_matrix
    candidates: Candidates
    hits: NDArray[np.int64]
    shown: NDArray[np.float64]

    @classmethod
    def of(cls, items: NDArray[np.int32], truth: sparse.csr_matrix, candidates: Candidates) -> Self:
        """Find the hits of `truth` in `items`, and what stands at each place."""
        users = np.repeat(np.arange(items.shape[0]), items.shape[1])
        is_hit = np.asarray(truth[users, items.ravel()]).ravel() > 0
        popularity = candidates.popularity
        of_candidate = np.stack([-np.log2(popularity), popularity, candidates.is_cold], axis=1)
        return cls(items, truth, candidates, np.flatnonzero(is_hit), of_candidate[items])


def rank(scores: Scores, seen: sparse.csr_matrix | None, seed: int) -> NDArray[np.int32]:
    """Rank the candidates of each user by score, equal scores in an order drawn from `seed`.

    scores: float32 (n_users, n_candidates), higher is better. Candidates that the model knows
    nothing about (-inf) follow at the end, in random order as well, so that lists are always full
    and a model without a signal is a random ranking. seen: CSR of the same shape, what users know
    already; it stands behind everything else. Returns positions, int32 (n_users, depth).
    """
    n_users, n_candidates = scores.shape
    depth = min(_DEPTH, n_candidates)
    random = np.random.default_rng(seed)
    items = np.empty((n_users, depth), np.int32)
    for user in range(n_users):
        value = np.maximum(scores[user], np.finfo(np.float32).min)
        if seen is not None:
            value[seen.indices[seen.indptr[user] : seen.indptr[user + 1]]] = -np.inf
        order = random.permutation(n_candidates)
        value = value[order]
        # Only what can reach the last place is sorted; the stable sort keeps the random order.
        least = np.partition(value, n_candidates - depth)[n_candidates - depth]
        front = np.flatnonzero(value >= least)
        front = front[np.argsort(-value[front], kind="stable")][:depth]
        items[user] = order[front]
    return items
