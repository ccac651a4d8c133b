"""A column of vectors as a matrix."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["matrix_of"]


def matrix_of(column: pa.ChunkedArray | pa.ListArray) -> npt.NDArray[np.float32]:
    """A column of n lists of d float32, none null, as an array (n, d); (0, 0) without any."""
    n_rows = len(column)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    values: npt.NDArray[np.float32] = np.asarray(column.flatten(), dtype=np.float32)
    return values.reshape(n_rows, -1) if n_rows else values.reshape(0, 0)
