"""Item-based collaborative filtering for known items, tags for new ones."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.content import Content
from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.item_cf import ItemCF
from python_udfs.recommenders.sparse_rows import best_first

__all__ = ["Hybrid"]

# The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009).
_RRF = 60


class Hybrid(SparseRecommender):
    """Weighted reciprocal rank fusion of item CF and content.

        score = w * 61 / (60 + rank by item CF) + (1 - w) * 61 / (60 + rank by content)

    w = n / (n + `prior`) for an item with n users, so a cold item (n = 0) uses only its tags,
    and the first of each list count the same; an item without features has w = 1. Ranks start at 1
    over unconsumed items, ties by the item's index; beyond rank `depth` (None: no limit) a list
    adds nothing. It uses ranks, not scores, since cosines of columns and of tags are on different
    scales.
    """

    name = "hybrid"

    def __init__(
        self, n_neighbors: int = 100, prior: float = 5.0, depth: int | None = 1000
    ) -> None:
        self.prior = prior
        self.depth = depth
        self._collaborative = ItemCF(n_neighbors)
        self._content = Content()

    def fit(self, interactions: Interactions, features: ItemFeatures | None) -> Self:
        """Fit both parts; ranks leave out the users' own items."""
        self._collaborative.fit(interactions, features)
        self._content.fit(interactions, features)
        self._seen = interactions.matrix
        n_users = interactions.matrix.getnnz(axis=0).astype(np.float64)
        weight = n_users / (n_users + self.prior) if self.prior else np.ones_like(n_users)
        if features is None:
            weight[:] = 1
        else:
            weight[features.matrix.getnnz(axis=1) == 0] = 1
        self._weight = weight
        return self

    def known_scores(self, user_rows: slice) -> sparse.csr_matrix:
        """Return the fused ranks of unconsumed items; see SparseRecommender."""
        seen = self._seen[user_rows]
        return self._fused(
            self._collaborative.best_unseen(user_rows, seen, self.depth),
            self._content.best_unseen(user_rows, seen, self.depth),
        )

    def item_scores(self, item_rows: slice) -> sparse.csr_matrix:
        """Return the fused ranks of the neighbours in both parts; see SparseRecommender."""
        return self._fused(
            self._collaborative.nearest(item_rows, self.depth),
            self._content.nearest(item_rows, self.depth),
        )

    def _fused(self, by_users: sparse.csr_matrix, by_tags: sparse.csr_matrix) -> sparse.csr_matrix:
        fused = self._reciprocal(by_users, self._weight) + self._reciprocal(
            by_tags, 1 - self._weight
        )
        fused.eliminate_zeros()
        return fused.astype(np.float32)

    def _reciprocal(self, scores: sparse.csr_matrix, weight: np.ndarray) -> sparse.csr_matrix:
        order, rank = best_first(scores)
        parts = scores.astype(np.float64)
        parts.data[order] = (1 + _RRF) / (_RRF + rank)
        parts.data *= weight[parts.indices]
        return parts
