"""The nearest items of every item."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from python_udfs.recommenders.arrays import Strings
from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.ranked import ranked_batch

__all__ = ["neighbors"]

# Items per block; a row of the content model may cover most of the catalogue.
_BLOCK = 256


def neighbors(model: SparseRecommender, items: Strings, n: int) -> Iterator[pa.RecordBatch]:
    """Yield batches of RANKED: up to `n` neighbours for each of `items`; `model` is fitted on them.

    Items unknown to the model have no row; tags are null.
    """
    for start in range(0, len(items), _BLOCK):
        rows = slice(start, start + _BLOCK)
        yield ranked_batch("item", model.name, items[rows], items, model.nearest(rows, n))
