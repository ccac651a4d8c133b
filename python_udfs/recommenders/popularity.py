"""The baseline that every recommender must beat: the items of most users."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.interactions import Interactions

__all__ = ["Popularity"]


class Popularity(SparseRecommender):
    """The same order for all users: the share of users who consumed the item."""

    name = "popularity"

    def fit(self, interactions: Interactions, features: ItemFeatures | None = None) -> Self:
        """Count the users of each item; features are not used."""
        self._n_users, n_items = interactions.matrix.shape
        counts = interactions.matrix.getnnz(axis=0)
        shares = (counts / max(self._n_users, 1)).astype(np.float32)
        self._shares = sparse.csr_matrix(shares.reshape(1, n_items))
        return self

    def known_scores(self, user_rows: slice) -> sparse.csr_matrix:
        """Return the shares in every row; see SparseRecommender."""
        n_rows = len(range(*user_rows.indices(self._n_users)))
        return self._shares[np.zeros(n_rows, dtype=np.int64)]

    def item_scores(self, item_rows: slice) -> sparse.csr_matrix:
        """Return nothing: popularity has no neighbours."""
        n_items = self._shares.shape[1]
        n_rows = len(range(*item_rows.indices(n_items)))
        return sparse.csr_matrix((n_rows, n_items), dtype=np.float32)
