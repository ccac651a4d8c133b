"""The choice of the best items, against a plain sort."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from python_udfs.recommenders.sparse_rows import best_first, keep_best, without, without_diagonal

# Few values, so that ties are common.
_SCORES = st.lists(
    st.lists(st.sampled_from([-np.inf, 0.25, 0.5, 1.0]), min_size=6, max_size=6),
    min_size=1,
    max_size=4,
)


def _naive(row: list[float], k: int) -> list[int]:
    found = [i for i, score in enumerate(row) if score > -np.inf]
    return sorted(found, key=lambda i: (-row[i], i))[:k]


@given(rows=_SCORES, n=st.integers(1, 8))
def test_keep_best_and_best_first_are_the_same_sort(rows: list[list[float]], n: int) -> None:
    dense = np.array(rows, dtype=np.float32)
    known = sparse.csr_matrix(np.where(np.isfinite(dense), dense, 0))
    best = keep_best(known, n)
    order, ranks = best_first(best)
    columns = best.indices[order]
    for number, row in enumerate(rows):
        expected = _naive(row, n)
        entries = slice(best.indptr[number], best.indptr[number + 1])
        assert list(columns[entries]) == expected
        assert list(ranks[entries]) == list(range(1, len(expected) + 1))


def test_entries_are_left_out_exactly() -> None:
    matrix = sparse.csr_matrix(np.array([[0.1, 0.7, 0.0], [0.3, 0.0, 0.9]], dtype=np.float32))
    seen = sparse.csr_matrix(np.array([[5.0, 0.0, 1.0], [0.0, 1.0, 0.0]]))
    expected = np.array([[0, 0.7, 0], [0.3, 0, 0.9]], dtype=np.float32)
    assert (without(matrix, seen).toarray() == expected).all()
    assert without(matrix, seen).nnz == 3
    shifted = without_diagonal(matrix, first_row=1)
    assert (shifted.toarray() == np.array([[0.1, 0, 0], [0.3, 0, 0]], dtype=np.float32)).all()
