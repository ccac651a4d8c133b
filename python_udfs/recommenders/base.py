"""The interface of recommenders, and a base class for those that score few items per user."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.sparse_rows import best_unseen, keep_best, row_numbers

__all__ = ["Recommender", "Scores", "SparseRecommender"]

Scores = NDArray[np.float32]


class Recommender(Protocol):
    """One way to score items for users."""

    name: str

    def fit(self, interactions: Interactions, features: ItemFeatures | None) -> Self:
        """Learn from interactions, and from features of the same items if there are any.

        `features` are as read, not idf-weighted, over the same items in the same order. Returns
        itself.
        """
        ...

    def scores(self, user_rows: slice) -> Scores:
        """Return scores of all items for these users, float32 (n_users_in_slice, n_items).

        Higher is better; known scores are in (0, 1]. -inf: the model knows nothing in favour of the
        item, so it is never recommended. Items that a user consumed may have scores too.
        """
        ...


class SparseRecommender(ABC):
    """A recommender with scores for few items per user, in sparse rows."""

    name: str

    @abstractmethod
    def fit(self, interactions: Interactions, features: ItemFeatures | None) -> Self:
        """Learn; see Recommender."""

    @abstractmethod
    def known_scores(self, user_rows: slice) -> sparse.csr_matrix:
        """Return the scores above 0, CSR float32 (n_users_in_slice, n_items)."""

    @abstractmethod
    def item_scores(self, item_rows: slice) -> sparse.csr_matrix:
        """Return the similarity of other items, in (0, 1], CSR float32 (n_items_in_slice, n_items).

        Row i has the neighbours of item i, never the item itself.
        """

    def best_unseen(
        self, user_rows: slice, seen: sparse.csr_matrix, n: int | None
    ) -> sparse.csr_matrix:
        """Return the `n` greatest (None: all) of `known_scores` without an entry in `seen`.

        `seen` has the shape of the result, CSR float32 (n_users_in_slice, n_items) with sorted
        columns; ties by the item's index. A model may find them without scoring all items.
        """
        return best_unseen(self.known_scores(user_rows), seen, n)

    def nearest(self, item_rows: slice, n: int | None) -> sparse.csr_matrix:
        """Return the `n` greatest (None: all) of `item_scores`; else as `best_unseen`."""
        found = self.item_scores(item_rows)
        return keep_best(found, found.shape[1] if n is None else n)

    def scores(self, user_rows: slice) -> Scores:
        """Return `known_scores` as a dense array, -inf for unknown ones."""
        known = self.known_scores(user_rows)
        dense = np.full(known.shape, -np.inf, dtype=np.float32)
        dense[row_numbers(known), known.indices] = known.data
        return dense
