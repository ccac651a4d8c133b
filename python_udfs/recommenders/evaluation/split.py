"""Splits interactions into training and test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.errors import InputError
from python_udfs.recommenders.arrays import Strings, first_positions, strings
from python_udfs.recommenders.interactions import Interactions

__all__ = ["Split", "hold_out_cold"]


@dataclass(frozen=True)
class Split:
    """Training interactions and test interactions over the same users and items.

    train.items has warm and cold items, sorted; a cold one has an empty column. test: CSR float32
    (n_users, n_items), 1 for a test interaction. is_cold: bool (n_items,). The counts are rows of
    unknown items, and users with only test interactions; both are left out.
    """

    train: Interactions
    test: sparse.csr_matrix
    is_cold: NDArray[np.bool_]
    n_unknown_rows: int
    n_users_left_out: int

    @property
    def test_users(self) -> NDArray[np.int64]:
        """Rows of the users with a test interaction."""
        return np.flatnonzero(np.diff(self.test.indptr))

    def __post_init__(self) -> None:
        """Raise InputError if training contains interactions of cold items or of the test."""
        leaked = self.train.matrix[:, np.flatnonzero(self.is_cold)].nnz
        shared = self.train.matrix.multiply(self.test).nnz
        if leaked or shared:
            raise InputError(
                f"training has {leaked} interactions of cold items and {shared} of the test; "
                "make the split again from all interactions"
            )


def hold_out_cold(
    interactions: pa.Table, cold_items: Strings, catalogue: Strings, latest_share: float = 0.0
) -> Split:
    """Move every interaction with a cold item from training to test.

    interactions: columns user_id, item_id (texts), occurred_at. Items of interactions that are not
    in the catalogue are unknown; warm items without interactions are left out. With a
    `latest_share`, that share of each user's interactions with warm items, the last by time (ties
    by item), moves to the test too, if others have consumed the item before. Raises InputError if
    no cold item is known, or if training or test is empty.
    """
    known = interactions.filter(_is_in(interactions["item_id"], catalogue))
    cold = strings(sorted(set(cold_items) & set(catalogue)))
    if not len(cold):
        raise InputError("no cold item is in the catalogue; give ids of items.parquet (item_id)")
    is_cold = _is_in(known["item_id"], cold)
    warm = known.filter(pc.invert(is_cold))
    earlier, later = _by_time(warm, latest_share)
    later = later.filter(pc.is_in(later["item_id"], value_set=pc.unique(earlier["item_id"])))
    test = pa.concat_tables([known.filter(is_cold), later])
    return _split(earlier, test, cold, interactions.num_rows - known.num_rows)


def _by_time(warm: pa.Table, latest_share: float) -> tuple[pa.Table, pa.Table]:
    ordered = warm.sort_by(
        [("user_id", "ascending"), ("occurred_at", "ascending"), ("item_id", "ascending")]
    )
    runs = pc.run_end_encode(ordered["user_id"].combine_chunks()).run_ends.to_numpy()
    lengths = np.diff(runs, prepend=0)
    place = np.arange(ordered.num_rows) - np.repeat(runs - lengths, lengths)
    n_earlier = lengths - np.floor(lengths * latest_share).astype(np.int64)
    is_later = pa.array(place >= np.repeat(n_earlier, lengths))
    return ordered.filter(pc.invert(is_later)), ordered.filter(is_later)


def _is_in(column: pa.ChunkedArray, ids: Strings) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array(ids, pa.string()))


def _split(train: pa.Table, test: pa.Table, cold: Strings, n_unknown_rows: int) -> Split:
    items = strings(sorted({*train["item_id"].to_pylist(), *cold}))
    learnt = Interactions.from_arrow(train, items)
    has_training = _is_in(test["user_id"], learnt.users)
    left_out = pc.count_distinct(test["user_id"].filter(pc.invert(has_training))).as_py()
    tested = test.filter(has_training)
    rows = first_positions(tested["user_id"].combine_chunks(), learnt.users)
    columns = first_positions(tested["item_id"].combine_chunks(), items)
    if not learnt.matrix.nnz or not len(rows):
        raise InputError(
            f"{learnt.matrix.nnz} interactions to learn from and {len(rows)} to test on; both are "
            "needed: cold items must have interactions, and their users others as well"
        )
    truth = sparse.csr_matrix(
        (np.ones(len(rows), np.float32), (rows, columns)), shape=learnt.matrix.shape
    )
    truth.sum_duplicates()
    truth.data[:] = 1
    return Split(
        train=learnt,
        test=truth,
        is_cold=np.isin(items.astype(str), cold.astype(str)),
        n_unknown_rows=n_unknown_rows,
        n_users_left_out=int(left_out),
    )
