"""Finds the greatest entries of a product of sparse matrices without the full product."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.recommenders.sparse_rows import keep_best, row_numbers, without

__all__ = ["BestProducts", "capped"]

# Cells of a block of rows x items, float32: bounds its memory (256 MB).
_BLOCK_CELLS = 2**26
# Extra candidates: as many as requested, but at least this number.
_FEWEST_SPARE = 100
# A row that may have missed a larger share of the items is multiplied out.
_MOST_MISSED = 0.25
# An upper bound for the error of float32 sums of products of unit vectors.
_ROUNDING = 1e-6


class BestProducts:
    """Finds the items whose vectors have the greatest dot product with a row, exactly.

    A column on a large share of the items brings nearly every item into nearly every product, but
    decides little. So a product is the sum of two parts, over rare and over common columns. The
    best by the rare part are candidates (a library keeps them while it multiplies), and their
    common part is added. No other item has a larger rare part than the smallest among them, so it
    can only be among the best if its common part makes up the difference; these few are looked up.
    This is the threshold algorithm of Fagin, Lotem and Naor (2003) with two lists.

    `vectors` is CSR float32 (n_items, n_columns), rows of length 1 or 0, without negative values.
    A column is common if it is on more than `common_share` of the items and on more than
    `fewest_items`.
    """

    def __init__(
        self, vectors: sparse.csr_matrix, common_share: float = 0.05, fewest_items: int = 1000
    ) -> None:
        counts = vectors.getnnz(axis=0)
        self._is_common = counts > max(common_share * vectors.shape[0], fewest_items)
        self._vectors = vectors
        self._by_column = vectors.T.tocsr()
        self._rare = self._by_column[~self._is_common]
        self._common = self._by_column[self._is_common].toarray()

    @property
    def has_common(self) -> bool:
        """Whether there is a common column; without one, multiplying out is just as good."""
        return bool(self._is_common.any())

    def all(self, rows: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return the products of `rows` (n, n_columns) with all items, CSR (n, n_items)."""
        return capped(rows @ self._by_column)

    def best(self, rows: sparse.csr_matrix, seen: sparse.csr_matrix, n: int) -> sparse.csr_matrix:
        """Return the `n` greatest products above 0 of each row without an entry in `seen`.

        `rows` are CSR (n_rows, n_columns) of length 1 or 0, `seen` CSR (n_rows, n_items) with
        sorted columns; the result is CSR (n_rows, n_items) with sorted columns, ties by column.
        """
        size = max(_BLOCK_CELLS // max(seen.shape[1], 1), 1)
        parts = [
            self._best_of_block(rows[start : start + size], seen[start : start + size], n)
            for start in range(0, rows.shape[0], size)
        ]
        return sparse.vstack(parts, format="csr") if parts else seen.copy()

    def _best_of_block(
        self, rows: sparse.csr_matrix, seen: sparse.csr_matrix, n: int
    ) -> sparse.csr_matrix:
        common = rows[:, self._is_common].toarray() @ self._common
        found = self._candidates(rows, seen, n)
        most_rare = _least(found, _n_candidates(seen, n))
        found.data += common[row_numbers(found), found.indices]
        found = without(capped(found), seen)
        needed = _least(keep_best(found, n), n) - most_rare - _ROUNDING
        # Above 0: items that share no common column have no product.
        needed = np.maximum(needed, np.finfo(np.float32).tiny)
        # Most rows have missed nothing; the greatest common part alone tells this.
        doubtful = np.flatnonzero(common.max(axis=1, initial=0) >= needed)
        is_missed = common[doubtful] >= needed[doubtful, None]
        is_long = np.zeros(rows.shape[0], dtype=bool)
        is_long[doubtful] = is_missed.sum(axis=1) > _MOST_MISSED * seen.shape[1]
        is_missed[is_long[doubtful]] = False
        missed = without(without(_where(is_missed, doubtful, seen.shape), seen), found)
        missed.data = self._products(rows, missed)
        best = keep_best(found + capped(missed), n)
        if is_long.any():
            rest = keep_best(without(self.all(rows[is_long]), seen[is_long]), n)
            order = np.argsort(np.append(np.flatnonzero(~is_long), np.flatnonzero(is_long)))
            best = sparse.vstack([best[~is_long], rest], format="csr")[order]
        return best

    def _candidates(
        self, rows: sparse.csr_matrix, seen: sparse.csr_matrix, n: int
    ) -> sparse.csr_matrix:
        """Return the greatest products over rare columns, `_n_candidates` for each row."""
        # One thread multiplies a row, so the number of threads does not matter.
        from sparse_dot_topn import sp_matmul_topn

        return sp_matmul_topn(
            rows[:, ~self._is_common],
            self._rare,
            top_n=_n_candidates(seen, n),
            n_threads=os.cpu_count() or 1,
        )

    def _products(self, rows: sparse.csr_matrix, pairs: sparse.csr_matrix) -> NDArray[np.float32]:
        """Return the product of the row and the item of each entry of `pairs`, over all columns."""
        vectors = self._vectors[pairs.indices]
        numbers = np.repeat(row_numbers(pairs), np.diff(vectors.indptr))
        vectors.data *= rows.toarray()[numbers, vectors.indices]
        products: NDArray[np.float32] = vectors @ np.ones(vectors.shape[1], dtype=np.float32)
        return products


def capped(cosines: sparse.csr_matrix) -> sparse.csr_matrix:
    """Set `cosines` that rounding put above 1 to 1, in place, and return them."""
    np.minimum(cosines.data, 1, out=cosines.data)
    return cosines


def _n_candidates(seen: sparse.csr_matrix, n: int) -> int:
    most_seen = int(np.diff(seen.indptr).max(initial=0))
    return n + most_seen + max(n, _FEWEST_SPARE)


def _least(matrix: sparse.csr_matrix, n: int) -> NDArray[np.float32]:
    """Return the smallest entry of each row with `n` entries, 0 for other rows."""
    least = np.full(matrix.shape[0], np.inf, dtype=np.float32)
    np.minimum.at(least, row_numbers(matrix), matrix.data)
    return np.where(np.diff(matrix.indptr) >= n, least, 0).astype(np.float32)


def _where(
    mask: NDArray[np.bool_], rows: NDArray[np.int64], shape: tuple[int, int]
) -> sparse.csr_matrix:
    """Return 1 where `mask`, (n, n_columns) of these `rows`, is true; `shape` is the result's."""
    numbers, columns = np.nonzero(mask)
    ones = np.ones(len(numbers), dtype=np.float32)
    return sparse.csr_matrix((ones, (rows[numbers], columns)), shape=shape)
