"""Explains recommendations by tags."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.sparse_rows import best_first, keep_best, row_numbers, stochastic_rows

__all__ = ["Explainer"]


class Explainer:
    """Finds the features that an item shares with the user's items."""

    def __init__(self, interactions: Interactions, features: ItemFeatures | None) -> None:
        self._shares = stochastic_rows(interactions.matrix)
        weighted = None if features is None else features.idf_weighted()
        self._names = pa.array([] if weighted is None else weighted.features, type=pa.string())
        self._vectors = (
            sparse.csr_matrix((len(interactions.items), 0), dtype=np.float32)
            if weighted is None
            else weighted.matrix
        )

    def shared(self, users: NDArray[np.int64], items: NDArray[np.int64], n: int) -> pa.ListArray:
        """Return the `n` strongest shared features for each pair of a user row and an item row.

        The strength of a feature is its idf-weighted part in the item times its mean part in the
        consumed items: its contribution to their cosine. Strongest first, ties by name. The list is
        empty if no feature is shared, as for items without features.
        """
        rows, places = np.unique(users, return_inverse=True)
        profiles = self._shares[rows] @ self._vectors
        strengths = sparse.csr_matrix(profiles[places].multiply(self._vectors[items]))
        strengths.sort_indices()
        best = keep_best(strengths, n)
        order, _ = best_first(best)
        lengths = np.bincount(row_numbers(best), minlength=best.shape[0])
        offsets = pa.array(np.append(0, np.cumsum(lengths)), type=pa.int32())
        return pa.ListArray.from_arrays(offsets, self._names.take(pa.array(best.indices[order])))
