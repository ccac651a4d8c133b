"""The best products, against a full sort of all products."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.recommenders import best_products
from python_udfs.recommenders.best_products import BestProducts
from python_udfs.recommenders.sparse_rows import keep_best, unit_rows, without

_N_ITEMS, _N_ROWS, _N_COLUMNS = 120, 25, 30


def _vectors(rng: np.random.Generator, n: int) -> sparse.csr_matrix:
    """Unit rows whose columns grow rarer; some rows have the most common column only, or none."""
    shares = 0.7 / (1 + np.arange(_N_COLUMNS))
    dense = (rng.random((n, _N_COLUMNS)) < shares) * rng.choice([0.25, 0.5, 1.0], (n, _N_COLUMNS))
    dense[: n // 10] = 0
    dense[: n // 20, 0] = 1
    return unit_rows(sparse.csr_matrix(dense.astype(np.float32)))


@pytest.fixture(params=range(4))
def data(request: pytest.FixtureRequest) -> tuple[sparse.csr_matrix, ...]:
    rng = np.random.default_rng(request.param)
    seen = sparse.csr_matrix((rng.random((_N_ROWS, _N_ITEMS)) < 0.05).astype(np.float32))
    return _vectors(rng, _N_ITEMS), _vectors(rng, _N_ROWS), seen


def _expected(data: tuple[sparse.csr_matrix, ...], n: int) -> sparse.csr_matrix:
    vectors, rows, seen = data
    products = sparse.csr_matrix(rows @ vectors.T)
    return keep_best(without(best_products.capped(products), seen), n)


@pytest.mark.parametrize("n", [1, 7, _N_ITEMS])
@pytest.mark.parametrize("common_share", [0.0, 0.05, 0.2, 1.0])
@pytest.mark.parametrize("most_missed", [0.0, 1.0])
def test_the_best_are_those_of_the_whole_product(
    data: tuple[sparse.csr_matrix, ...],
    n: int,
    common_share: float,
    most_missed: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(best_products, "_FEWEST_SPARE", 1)
    monkeypatch.setattr(best_products, "_MOST_MISSED", most_missed)
    monkeypatch.setattr(best_products, "_BLOCK_CELLS", 10 * _N_ITEMS)
    vectors, rows, seen = data
    found = BestProducts(vectors, common_share, fewest_items=0).best(rows, seen, n)
    expected = _expected(data, n)
    assert found.getnnz(axis=1).tolist() == expected.getnnz(axis=1).tolist()
    assert found.has_sorted_indices
    # Sums in another order differ in the last bits, so that ties may be settled otherwise.
    assert np.sort(found.toarray()) == pytest.approx(np.sort(expected.toarray()), abs=1e-6)
    products = (rows @ vectors.T).toarray()
    where = found.toarray() > 0
    assert found.toarray()[where] == pytest.approx(products[where], abs=1e-6)
    assert not (where & (seen.toarray() > 0)).any()


def test_most_items_are_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(9)
    own = np.kron(np.eye(40), np.ones((25, 1)))
    dense = np.hstack([own, 0.1 * np.ones((1000, 1))]).astype(np.float32)
    dense += 0.001 * (dense > 0) * rng.random(dense.shape)
    vectors = unit_rows(sparse.csr_matrix(dense))
    monkeypatch.setattr(best_products, "_FEWEST_SPARE", 1)
    finder = BestProducts(vectors, fewest_items=0)
    look_up, asked = finder._products, []

    def counted(rows: sparse.csr_matrix, pairs: sparse.csr_matrix) -> NDArray[np.float32]:
        asked.append(pairs.nnz)
        return look_up(rows, pairs)

    monkeypatch.setattr(finder, "_products", counted)
    nothing = sparse.csr_matrix((10, 1000), dtype=np.float32)
    found = finder.best(vectors[:10], nothing, 5)
    assert finder.has_common
    assert found.getnnz(axis=1).tolist() == [5] * 10
    assert asked == [0]
