"""Recommends by tags alone, so that an item nobody has consumed can be found."""

from __future__ import annotations

import os
from typing import Self

import numpy as np
from scipy import sparse

from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.sparse_rows import (
    keep_best,
    row_numbers,
    stochastic_rows,
    unit_rows,
    without,
    without_diagonal,
)

__all__ = ["Content"]

# Candidates beyond what is asked for; docs/benchmarks.md says what is lost with so many.
_SPARE = 100


class Content(SparseRecommender):
    """Cosine of an item's idf-weighted tags with those of what the user consumed.

    A user's profile is the mean of the consumed items' tag vectors (each of length 1, weighted by
    the interactions' weights), in the manner of Rocchio's positive term. Without features nothing
    is known.

    A tag on a large share of the items brings nearly every item into nearly every product, and its
    low idf decides nothing. So where only the best are asked for, a tag on more than `most_items`
    items finds no candidate by itself, though it counts in the cosine of every candidate. That
    bounds what a user costs, whatever the size of the catalogue.
    """

    name = "content"

    def __init__(self, most_items: int = 3000) -> None:
        self.most_items = most_items

    def fit(self, interactions: Interactions, features: ItemFeatures | None) -> Self:
        """Weight the tags; profiles are made as they are asked for."""
        n_items = len(interactions.items)
        self._vectors = (
            sparse.csr_matrix((n_items, 0), dtype=np.float32)
            if features is None
            else features.idf_weighted().matrix
        )
        self._vectors_by_tag = self._vectors.T.tocsr()
        self._is_telling = self._vectors.getnnz(axis=0) <= self.most_items
        self._telling_by_tag = self._vectors_by_tag[self._is_telling]
        self._common = self._vectors[:, ~self._is_telling]
        self._shares = stochastic_rows(interactions.matrix)
        return self

    def known_scores(self, user_rows: slice) -> sparse.csr_matrix:
        """Return the cosines of the users' profiles with all items; see SparseRecommender."""
        return self._cosines(self._profiles(user_rows))

    def item_scores(self, item_rows: slice) -> sparse.csr_matrix:
        """Return the cosines of the items with all others; see SparseRecommender."""
        cosines = self._cosines(self._vectors[item_rows])
        return without_diagonal(cosines, self._first(item_rows))

    def best_unseen(
        self, user_rows: slice, seen: sparse.csr_matrix, n: int | None
    ) -> sparse.csr_matrix:
        """Return the best cosines of the users' profiles; see SparseRecommender."""
        if n is None or self._is_telling.all():
            return super().best_unseen(user_rows, seen, n)
        return self._best(self._profiles(user_rows), seen, n)

    def nearest(self, item_rows: slice, n: int | None) -> sparse.csr_matrix:
        """Return the best cosines of the items; see SparseRecommender."""
        if n is None or self._is_telling.all():
            return super().nearest(item_rows, n)
        vectors = self._vectors[item_rows]
        n_rows, first = vectors.shape[0], self._first(item_rows)
        itself = sparse.eye_array(n_rows, self._vectors.shape[0], k=first, format="csr")
        return self._best(vectors, sparse.csr_matrix(itself), n)

    def _first(self, item_rows: slice) -> int:
        return item_rows.indices(self._vectors.shape[0])[0]

    def _profiles(self, user_rows: slice) -> sparse.csr_matrix:
        return unit_rows(self._shares[user_rows] @ self._vectors)

    def _cosines(self, vectors: sparse.csr_matrix) -> sparse.csr_matrix:
        return _capped(vectors @ self._vectors_by_tag)

    def _best(
        self, vectors: sparse.csr_matrix, seen: sparse.csr_matrix, n: int
    ) -> sparse.csr_matrix:
        """Return the `n` best cosines of each row among its candidates that are not seen."""
        candidates = without(self._candidates(vectors, seen, n), seen)
        best = keep_best(self._with_common_tags(vectors, candidates), n)
        # Too few candidates do not mean too few items: those rows go the long way.
        is_short = np.diff(best.indptr) < n
        if is_short.any():
            rest = without(self._cosines(vectors[is_short]), seen[is_short])
            order = np.argsort(np.append(np.flatnonzero(~is_short), np.flatnonzero(is_short)))
            best = sparse.vstack([best[~is_short], keep_best(rest, n)], format="csr")[order]
        return best

    def _candidates(
        self, vectors: sparse.csr_matrix, seen: sparse.csr_matrix, n: int
    ) -> sparse.csr_matrix:
        """Return the items that share most of the telling tags with each row."""
        # The library keeps the best of a row while it multiplies; each row is one thread's, so
        # their number changes nothing.
        from sparse_dot_topn import sp_matmul_topn

        most_seen = int(np.diff(seen.indptr).max(initial=0))
        return sp_matmul_topn(
            vectors[:, self._is_telling],
            self._telling_by_tag,
            top_n=n + most_seen + _SPARE,
            n_threads=os.cpu_count() or 1,
        )

    def _with_common_tags(
        self, vectors: sparse.csr_matrix, candidates: sparse.csr_matrix
    ) -> sparse.csr_matrix:
        """Return `candidates`, products over the telling tags, with those over the others added."""
        dense = vectors[:, ~self._is_telling].toarray()
        products = self._common[candidates.indices]
        rows = np.repeat(row_numbers(candidates), np.diff(products.indptr))
        products.data *= dense[rows, products.indices]
        more = products @ np.ones(products.shape[1], dtype=np.float32)
        return _capped(
            sparse.csr_matrix(
                (candidates.data + more, candidates.indices, candidates.indptr), candidates.shape
            )
        )


def _capped(cosines: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return `cosines` with what rounding put above 1 set to 1, in place."""
    np.minimum(cosines.data, 1, out=cosines.data)
    return cosines
