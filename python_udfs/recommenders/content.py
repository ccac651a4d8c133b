"""Recommends by tags alone, so that an item nobody has consumed can be found."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.sparse_rows import stochastic_rows, unit_rows, without_diagonal

__all__ = ["Content"]


class Content(SparseRecommender):
    """Cosine of an item's idf-weighted tags with those of what the user consumed.

    A user's profile is the mean of the consumed items' tag vectors (each of length 1, weighted by
    the interactions' weights), in the manner of Rocchio's positive term. Without features nothing
    is known.
    """

    name = "content"

    def fit(self, interactions: Interactions, features: ItemFeatures | None) -> Self:
        """Weight the tags; profiles are made as they are asked for."""
        n_items = len(interactions.items)
        self._vectors = (
            sparse.csr_matrix((n_items, 0), dtype=np.float32)
            if features is None
            else features.idf_weighted().matrix
        )
        self._vectors_by_tag = self._vectors.T.tocsr()
        self._shares = stochastic_rows(interactions.matrix)
        return self

    def known_scores(self, user_rows: slice) -> sparse.csr_matrix:
        """Return the cosines of the users' profiles with all items; see SparseRecommender."""
        return self._cosines(unit_rows(self._shares[user_rows] @ self._vectors))

    def item_scores(self, item_rows: slice) -> sparse.csr_matrix:
        """Return the cosines of the items with all others; see SparseRecommender."""
        cosines = self._cosines(self._vectors[item_rows])
        return without_diagonal(cosines, item_rows.indices(self._vectors.shape[0])[0])

    def _cosines(self, vectors: sparse.csr_matrix) -> sparse.csr_matrix:
        cosines = vectors @ self._vectors_by_tag
        np.minimum(cosines.data, 1, out=cosines.data)
        return cosines
