"""Interactions of users and items as one sparse matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from python_udfs.recommenders.arrays import Names, Strings, first_positions, strings

__all__ = ["Interactions"]


@dataclass(frozen=True)
class Interactions:
    """Weights of users (rows) and items (columns).

    `users` and `items` are sorted texts without duplicates (dtype object); `matrix` is CSR,
    float32, of shape (n_users, n_items), with sorted indices and no explicit zero.
    """

    users: Strings
    items: Strings
    matrix: sparse.csr_matrix

    @classmethod
    def from_arrow(cls, table: pa.Table, items: Names) -> Interactions:
        """Build from the columns user_id, item_id and, if there, weight (a number above 0).

        `items` is the sorted item universe: an item without interactions is an empty column, and
        rows of an item outside it are left out (their users stay, maybe with an empty row). A pair
        has weight 1 regardless of repetitions, or the sum of its weights. Rows with a null id are
        left out; row order does not matter.
        """
        known = table.filter(pc.and_(pc.is_valid(table["user_id"]), pc.is_valid(table["item_id"])))
        users = strings(pc.unique(known["user_id"]).sort())
        universe = strings(items)
        rows = first_positions(known["user_id"], users)
        columns = first_positions(known["item_id"], universe)
        is_weighted = "weight" in known.column_names
        data = (
            known["weight"].to_numpy().astype(np.float64)
            if is_weighted
            else np.ones(known.num_rows, dtype=np.float64)
        )
        is_inside = columns >= 0
        # Sorted by pair and weight, so that sums do not depend on row order.
        order = np.lexsort((data[is_inside], columns[is_inside], rows[is_inside]))
        matrix = sparse.coo_matrix(
            (
                data[is_inside][order],
                (rows[is_inside][order], columns[is_inside][order]),
            ),
            shape=(len(users), len(universe)),
        ).tocsr()
        matrix.sum_duplicates()
        if not is_weighted:
            matrix.data[:] = 1
        matrix = matrix.astype(np.float32)
        matrix.eliminate_zeros()
        return cls(users, universe, matrix)
