"""Recommends by tags only, so that it finds items without interactions."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.best_products import BestProducts
from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.sparse_rows import stochastic_rows, unit_rows, without_diagonal

__all__ = ["Content"]


class Content(SparseRecommender):
    """Cosine of an item's idf-weighted tags with those of the user's items.

    A user's profile is the mean of the consumed items' tag vectors (each of length 1, weighted by
    the interactions' weights), like Rocchio's positive term. Without features there are no
    scores. BestProducts finds the best without computing the cosines of all items.
    """

    name = "content"

    def fit(self, interactions: Interactions, features: ItemFeatures | None) -> Self:
        """Weight the tags; profiles are computed on demand."""
        n_items = len(interactions.items)
        self._vectors = (
            sparse.csr_matrix((n_items, 0), dtype=np.float32)
            if features is None
            else features.idf_weighted().matrix
        )
        self._cosines = BestProducts(self._vectors)
        self._shares = stochastic_rows(interactions.matrix)
        return self

    def known_scores(self, user_rows: slice) -> sparse.csr_matrix:
        """Return the cosines of the users' profiles with all items; see SparseRecommender."""
        return self._cosines.all(self._profiles(user_rows))

    def item_scores(self, item_rows: slice) -> sparse.csr_matrix:
        """Return the cosines of the items with all others; see SparseRecommender."""
        return without_diagonal(
            self._cosines.all(self._vectors[item_rows]), self._first_of(item_rows)
        )

    def best_unseen(
        self, user_rows: slice, seen: sparse.csr_matrix, n: int | None
    ) -> sparse.csr_matrix:
        """Return the best cosines of the users' profiles; see SparseRecommender."""
        if n is None or not self._cosines.has_common:
            return super().best_unseen(user_rows, seen, n)
        return self._cosines.best(self._profiles(user_rows), seen, n)

    def nearest(self, item_rows: slice, n: int | None) -> sparse.csr_matrix:
        """Return the best cosines of the items; see SparseRecommender."""
        if n is None or not self._cosines.has_common:
            return super().nearest(item_rows, n)
        vectors = self._vectors[item_rows]
        n_rows, n_items = vectors.shape[0], self._vectors.shape[0]
        itself = sparse.eye_array(n_rows, n_items, k=self._first_of(item_rows), format="csr")
        return self._cosines.best(vectors, sparse.csr_matrix(itself), n)

    def _first_of(self, item_rows: slice) -> int:
        return item_rows.indices(self._vectors.shape[0])[0]

    def _profiles(self, user_rows: slice) -> sparse.csr_matrix:
        return unit_rows(self._shares[user_rows] @ self._vectors)
