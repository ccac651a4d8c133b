"""Vectors as a matrix, and on the grid on which they are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["GRID", "matrix_of", "on_grid"]

# 2 ** -18 (3.8e-6): half of it is over ten times what processors differ by (1.4e-7 seen), and a
# cosine moves by 1.6e-6 (standard deviation).
GRID = np.float32(2.0**-18)


def on_grid(vectors: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Each value at its nearest multiple of GRID, float32, of the same shape.

    A value that is on the grid and then moves by less than half a step comes back to it. Products
    of two such values are multiples of 2 ** -36, so float64 adds up to 2 ** 17 of them without
    rounding: a scalar product is the same on every processor, in every order of summation.
    """
    steps = np.rint(np.asarray(vectors, dtype=np.float32) / GRID)
    # A negative zero would be another text and another hash than zero.
    return np.asarray(steps * GRID + np.float32(0), dtype=np.float32)


def matrix_of(column: pa.ChunkedArray | pa.ListArray) -> npt.NDArray[np.float32]:
    """A column of n lists of d float32, none null, as an array (n, d); (0, 0) without any."""
    n_rows = len(column)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    values: npt.NDArray[np.float32] = np.asarray(column.flatten(), dtype=np.float32)
    return values.reshape(n_rows, -1) if n_rows else values.reshape(0, 0)
