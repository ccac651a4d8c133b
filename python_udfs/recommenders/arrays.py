"""Arrow columns of texts as NumPy arrays, and the positions of values in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["Names", "Strings", "first_positions", "strings"]

# Python texts, dtype object: a fixed width would give every id the length of the longest.
Strings = NDArray[np.object_]
Names = Strings | NDArray[np.str_] | Sequence[str]


def strings(values: pa.Array | Names) -> Strings:
    """Return `values` as an array of Python texts, dtype object, in the same order."""
    listed = values.to_pylist() if isinstance(values, pa.Array) else values
    return np.array([str(value) for value in listed], dtype=object)


def first_positions(column: pa.ChunkedArray, universe: Strings) -> NDArray[np.int64]:
    """Return the position of each value of `column` in `universe`, -1 if it is missing."""
    found = pc.index_in(column, value_set=pa.array(universe, type=column.type))
    return np.asarray(pc.fill_null(found, -1).to_numpy(), dtype=np.int64)
