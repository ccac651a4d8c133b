"""The best columns of each row of a score matrix, independent of the number of threads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["MILLION", "top_places"]

MILLION = 1_000_000


def top_places(
    scores: NDArray[np.floating], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return places and scores in millionths of the `count` best columns, both (n, count or less).

    `scores` (n, m) is clipped to [0, 1] and rounded to millionths, so that the last bits of a
    matrix product do not matter; ties go to the first column. Best first.
    """
    n_columns = scores.shape[1]
    count = min(count, n_columns)
    if not count:
        empty = np.zeros((len(scores), 0), dtype=np.int64)
        return empty, empty
    # One integer for score and place, so all are distinct and partition and sort have one result.
    keys = np.rint(np.clip(scores, 0, 1) * MILLION).astype(np.int64)
    keys *= n_columns
    keys += np.arange(n_columns - 1, -1, -1)
    if count < n_columns:
        keys = np.partition(keys, n_columns - count, axis=1)[:, n_columns - count :]
    keys = np.sort(keys, axis=1)[:, ::-1]
    millionths, reverse_places = np.divmod(keys, n_columns)
    return n_columns - 1 - reverse_places, millionths
