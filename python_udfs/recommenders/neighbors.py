"""The nearest items of every item."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from python_udfs.recommenders.arrays import Strings
from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.ranked import ranked_batch

__all__ = ["neighbors"]

# Items of a block; a row of the content model may name most of the catalogue.
_BLOCK = 256


def neighbors(model: SparseRecommender, items: Strings, n: int) -> Iterator[pa.RecordBatch]:
    """Yield batches of RANKED: up to `n` for each of `items`, which `model` was fitted on.

    An item of which the model knows nothing has no row; tags are null.
    """
    for start in range(0, len(items), _BLOCK):
        rows = slice(start, start + _BLOCK)
        yield ranked_batch("item", model.name, items[rows], items, model.nearest(rows, n))
