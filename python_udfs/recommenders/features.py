"""Tags (or any other features) of items, as one sparse matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from python_udfs.recommenders.arrays import Names, Strings, first_positions, strings
from python_udfs.recommenders.sparse_rows import unit_rows

__all__ = ["ItemFeatures"]


@dataclass(frozen=True)
class ItemFeatures:
    """Weights of features (columns) of items (rows).

    `items` and `features` are sorted texts without duplicates (dtype object); `matrix` is CSR,
    float32, of shape (n_items, n_features), with sorted indices and no explicit zero.
    """

    items: Strings
    features: Strings
    matrix: sparse.csr_matrix

    @classmethod
    def from_arrow(cls, table: pa.Table, items: Names) -> ItemFeatures:
        """Build from the columns item_id, feature, weight (a number above 0).

        `items` is the sorted item universe: an item without features is an empty row, and rows of
        an item outside it, or with a null, are left out. A repeated pair counts once, with its
        greatest weight.
        """
        universe = strings(items)
        found = first_positions(table["item_id"], universe)
        is_used = (found >= 0) & pc.and_(
            pc.is_valid(table["feature"]), pc.is_valid(table["weight"])
        ).to_numpy()
        used = table.filter(pa.array(is_used))
        features = strings(pc.unique(used["feature"]).sort())
        rows, columns = found[is_used], first_positions(used["feature"], features)
        data = used["weight"].to_numpy().astype(np.float32)
        order = np.lexsort((-data, columns, rows))
        rows, columns, data = rows[order], columns[order], data[order]
        is_first = np.ones(len(rows), dtype=bool)
        is_first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
        matrix = sparse.csr_matrix(
            (data[is_first], (rows[is_first], columns[is_first])),
            shape=(len(universe), len(features)),
        )
        matrix.eliminate_zeros()
        return cls(universe, features, matrix)

    @property
    def counted(self) -> sparse.csr_matrix:
        """The rows of the items that count for idf, CSR: all of them."""
        return self.matrix

    def idf_weighted(self) -> ItemFeatures:
        """Return the same features, each weight times its idf, with rows of length 1.

        idf = ln(1 + (n - df + 0.5) / (df + 0.5)), n = items with a feature, df = items with this
        one: the form of Robertson and Zaragoza (2009, "The Probabilistic Relevance Framework"),
        with Lucene's 1 inside the logarithm, which keeps it above 0 for every df. Only `counted`
        items enter n and df.
        """
        counted = self.counted
        counts = counted.getnnz(axis=0)
        n_items = int((counted.getnnz(axis=1) > 0).sum())
        idf = np.log1p((n_items - counts + 0.5) / (counts + 0.5)).astype(np.float32)
        weighted = self.matrix.copy()
        weighted.data = weighted.data * idf[weighted.indices]
        return ItemFeatures(self.items, self.features, unit_rows(weighted))
