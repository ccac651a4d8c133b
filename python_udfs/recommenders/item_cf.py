"""Item-based collaborative filtering: items are similar if the same users consumed them."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.sparse_rows import (
    keep_best,
    stochastic_rows,
    unit_rows,
    without_diagonal,
)

__all__ = ["ItemCF"]


class ItemCF(SparseRecommender):
    """Cosine of item columns, the `n_neighbors` nearest of each item (Sarwar et al. 2001).

    The score of an item is the mean of its similarities with the user's items, weighted by the
    interactions' weights. Among equally similar items the library decides which ones are kept, the
    same in every run.
    """

    name = "item_cf"

    def __init__(self, n_neighbors: int = 100) -> None:
        self.n_neighbors = n_neighbors

    def fit(self, interactions: Interactions, features: ItemFeatures | None = None) -> Self:
        """Find the nearest items of each item; features are not used."""
        from implicit.nearest_neighbours import ItemItemRecommender

        self._profiles = stochastic_rows(interactions.matrix)
        if interactions.matrix.nnz:
            # The products of columns of length 1 are their cosines, as in the library's
            # CosineRecommender, but without its warning about the matrix format.
            columns = unit_rows(interactions.matrix.T.tocsr()).T.tocsr().astype(np.float64)
            # One more neighbour, since an item is its own nearest; one thread, so that the order
            # in which threads finish does not matter.
            library = ItemItemRecommender(K=self.n_neighbors + 1, num_threads=1)
            library.fit(columns, show_progress=False)
            found = library.similarity.astype(np.float32)
        else:
            found = sparse.csr_matrix((len(interactions.items),) * 2, dtype=np.float32)
        similarity = without_diagonal(found, first_row=0)
        np.minimum(similarity.data, 1, out=similarity.data)
        # An item with enough equals (the same users) may be missing from its own nearest.
        self._similarity = keep_best(similarity, self.n_neighbors)
        return self

    def known_scores(self, user_rows: slice) -> sparse.csr_matrix:
        """Return the mean similarity with the user's items; see SparseRecommender."""
        return self._profiles[user_rows] @ self._similarity

    def item_scores(self, item_rows: slice) -> sparse.csr_matrix:
        """Return the cosine of the item columns; see SparseRecommender."""
        return self._similarity[item_rows]
