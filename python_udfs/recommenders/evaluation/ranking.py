"""Ranks the candidates for each user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.recommenders.base import Scores

__all__ = ["Candidates", "Ranking", "rank"]

# Metrics use 20 places. In a bootstrap resample, 64 candidates have 64 copies on average; the
# probability of fewer than 20 is below 1e-9.
_DEPTH = 64


@dataclass(frozen=True)
class Candidates:
    """The candidates: popularity float64 (n_candidates,), above 0; is_cold bool, the same."""

    popularity: NDArray[np.float64]
    is_cold: NDArray[np.bool_]


@dataclass(frozen=True)
class Ranking:
    """The first candidates of each user, and the relevant ones among them.

    items: int32 (n_users, depth), positions among the candidates, best first. truth: CSR float32
    (n_users, n_candidates), 1 where a candidate is relevant. hits: int64, sorted positions of
    relevant candidates in the flattened `items`. shown: float64 (n_users, depth, 3), for the
    candidate at each place -log2 of its popularity, its popularity, and 1 if it is cold.
    """

    items: NDArray[np.int32]
    truth: sparse.csr_matrix
    candidates: Candidates
    hits: NDArray[np.int64]
    shown: NDArray[np.float64]

    @classmethod
    def of(cls, items: NDArray[np.int32], truth: sparse.csr_matrix, candidates: Candidates) -> Self:
        """Find the hits of `truth` in `items`, and the measures of each place."""
        users = np.repeat(np.arange(items.shape[0]), items.shape[1])
        is_hit = np.asarray(truth[users, items.ravel()]).ravel() > 0
        popularity = candidates.popularity
        of_candidate = np.stack([-np.log2(popularity), popularity, candidates.is_cold], axis=1)
        return cls(items, truth, candidates, np.flatnonzero(is_hit), of_candidate[items])


def rank(scores: Scores, seen: sparse.csr_matrix | None, seed: int) -> NDArray[np.int32]:
    """Rank the candidates of each user by score, equal scores in an order drawn from `seed`.

    scores: float32 (n_users, n_candidates), higher is better. Unknown candidates (-inf)
    come last, also in random order, so that lists are always full and a model without a signal is a
    random ranking. seen: CSR of the same shape, items that users already know; they come after
    everything else. Returns positions, int32 (n_users, depth).
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
        # Sort only candidates that can reach the last place; stable, to keep the random order.
        least = np.partition(value, n_candidates - depth)[n_candidates - depth]
        front = np.flatnonzero(value >= least)
        front = front[np.argsort(-value[front], kind="stable")][:depth]
        items[user] = order[front]
    return items
