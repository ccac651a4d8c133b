"""Small operations on the rows of CSR matrices; results are CSR."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = [
    "best_first",
    "best_unseen",
    "keep_best",
    "row_numbers",
    "stochastic_rows",
    "unit_rows",
    "without",
    "without_diagonal",
]


def row_numbers(matrix: sparse.csr_matrix) -> NDArray[np.int64]:
    """Return the row of every entry, int64 (n_entries,), in the order of `matrix.data`."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return `matrix` with each row divided by its Euclidean length; empty rows stay empty."""
    data = matrix.data.astype(np.float64)
    squares = np.bincount(row_numbers(matrix), data * data, minlength=matrix.shape[0])
    return _divided(matrix, np.sqrt(squares))


def stochastic_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return `matrix` with each row divided by its sum; empty rows stay empty."""
    data = matrix.data.astype(np.float64)
    return _divided(matrix, np.bincount(row_numbers(matrix), data, minlength=matrix.shape[0]))


def _divided(matrix: sparse.csr_matrix, lengths: NDArray[Any]) -> sparse.csr_matrix:
    quotients = matrix.copy()
    quotients.data = (matrix.data / lengths[row_numbers(matrix)]).astype(np.float32)
    return quotients


def without(matrix: sparse.csr_matrix, left_out: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return `matrix` without the entries of `left_out`, which has the same shape."""
    mask = left_out.astype(bool).astype(matrix.dtype)
    # x - x * 1 is 0 exactly.
    rest = matrix - matrix.multiply(mask)
    return _tidy(rest)


def without_diagonal(matrix: sparse.csr_matrix, first_row: int) -> sparse.csr_matrix:
    """Return `matrix`, the rows from `first_row` of a square one, without its diagonal."""
    rest = matrix.copy()
    rest.data[rest.indices == row_numbers(rest) + first_row] = 0
    rest.eliminate_zeros()
    return rest


def keep_best(matrix: sparse.csr_matrix, n: int) -> sparse.csr_matrix:
    """Return `matrix` with only the `n` greatest entries of each row, ties by column.

    The columns of `matrix` may be in any order; those of the result are sorted.
    """
    is_kept = np.ones(matrix.nnz, dtype=bool)
    for row in np.flatnonzero(np.diff(matrix.indptr) > n):
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        data = matrix.data[entries]
        # A partition finds the n-th value in linear time; ties there are settled by column.
        least = np.partition(data, -n)[-n]
        kept = data > least
        ties = np.flatnonzero(data == least)
        by_column = np.argsort(matrix.indices[entries][ties], kind="stable")
        kept[ties[by_column[: n - np.count_nonzero(kept)]]] = True
        is_kept[entries] = kept
    ends = np.append(0, np.cumsum(is_kept))[matrix.indptr]
    best = sparse.csr_matrix(
        (matrix.data[is_kept], matrix.indices[is_kept], ends), shape=matrix.shape
    )
    best.sort_indices()
    return best


def best_unseen(
    matrix: sparse.csr_matrix, seen: sparse.csr_matrix, n: int | None
) -> sparse.csr_matrix:
    """Return the `n` greatest entries (None: all) of each row without an entry in `seen`."""
    if n is None:
        return without(matrix, seen)
    # If m are seen, the first n + m contain the first n unseen; the rest is small.
    most_seen = int(np.diff(seen.indptr).max(initial=0))
    return keep_best(without(keep_best(matrix, n + most_seen), seen), n)


def best_first(matrix: sparse.csr_matrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (order, rank) of the entries: by row, then value descending, then column.

    `order` (n_entries,) sorts `matrix.data`; `rank` (n_entries,), 1 to the length of the row, is in
    sorted order. The columns of `matrix` are sorted.
    """
    # A stable sort, so that ties stay in the order of the columns.
    order = np.lexsort((-matrix.data, row_numbers(matrix)))
    starts = np.repeat(matrix.indptr[:-1], np.diff(matrix.indptr))
    return order, np.arange(matrix.nnz) - starts + 1


def _tidy(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix
