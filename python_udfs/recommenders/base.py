"""What every recommender offers, and what those that score few items for each user share."""

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
        """Learn from what users consumed, and from features of the same items if there are any.

        `features` are as read, not idf-weighted, over the same items in the same order. Returns
        itself.
        """
        ...

    def scores(self, user_rows: slice) -> Scores:
        """Return scores of all items for these users, float32 (n_users_in_slice, n_items).

        Higher is better; a score that is known lies in (0, 1]. -inf: nothing that the model knows
        speaks for the item, so it is never recommended. Items that a user consumed may be scored
        as well.
        """
        ...


class SparseRecommender(ABC):
    """A recommender that knows few items for each user: what it knows stands in sparse rows."""

    name: str

    @abstractmethod
    def fit(self, interactions: Interactions, features: ItemFeatures | None) -> Self:
        """Learn; see Recommender."""

    @abstractmethod
    def known_scores(self, user_rows: slice) -> sparse.csr_matrix:
        """Return the scores above 0, CSR float32 (n_users_in_slice, n_items)."""

    @abstractmethod
    def item_scores(self, item_rows: slice) -> sparse.csr_matrix:
        """Return how near other items are, in (0, 1], CSR float32 (n_items_in_slice, n_items).

        Row i holds the neighbours of item i, never the item itself.
        """

    def best_unseen(
        self, user_rows: slice, seen: sparse.csr_matrix, n: int | None
    ) -> sparse.csr_matrix:
        """Return the `n` greatest (None: all) of `known_scores` where `seen` has no entry.

        `seen` has the shape of the result, CSR float32 (n_users_in_slice, n_items) with sorted
        columns; ties by the item's index. A model may find them without the scores of all items.
        """
        return best_unseen(self.known_scores(user_rows), seen, n)

    def nearest(self, item_rows: slice, n: int | None) -> sparse.csr_matrix:
        """Return the `n` greatest (None: all) of `item_scores`; else as `best_unseen`."""
        found = self.item_scores(item_rows)
        return keep_best(found, found.shape[1] if n is None else n)

    def scores(self, user_rows: slice) -> Scores:
        """Return `known_scores` as a dense array with -inf for what is not known."""
        known = self.known_scores(user_rows)
        dense = np.full(known.shape, -np.inf, dtype=np.float32)
        dense[row_numbers(known), known.indices] = known.data
        return dense
