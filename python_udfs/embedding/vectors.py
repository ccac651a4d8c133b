"""Vectors as a matrix, and rounded to the grid on which they are stored."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["GRID", "matrix_of", "on_grid"]

# 2 ** -18 (3.8e-6): half of it is over ten times the difference between processors (1.4e-7 seen);
# rounding moves a cosine by 1.6e-6 (standard deviation).
GRID = np.float32(2.0**-18)


def on_grid(vectors: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Round each value to the nearest multiple of GRID; float32, same shape.

    A grid value that moves by less than half a step rounds back to itself. Products
    of two such values are multiples of 2 ** -36, so float64 adds up to 2 ** 17 of them without
    rounding: a scalar product is the same on every processor, in every order of summation.
    """
    steps = np.rint(np.asarray(vectors, dtype=np.float32) / GRID)
    # A negative zero would have a different text and hash than zero.
    return np.asarray(steps * GRID + np.float32(0), dtype=np.float32)


def matrix_of(column: pa.ChunkedArray | pa.ListArray) -> npt.NDArray[np.float32]:
    """A column of n lists of d float32, none null, as an array (n, d); (0, 0) if empty."""
    n_rows = len(column)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    values: npt.NDArray[np.float32] = np.asarray(column.flatten(), dtype=np.float32)
    return values.reshape(n_rows, -1) if n_rows else values.reshape(0, 0)
