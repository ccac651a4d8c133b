"""The nearest items of every item, as each model sees them."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from python_udfs.recommenders.arrays import Strings
from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.sparse_rows import best_first, keep_best, row_numbers

__all__ = ["NEIGHBORS", "neighbors"]

NEIGHBORS = pa.schema(
    {
        "model": pa.string(),
        "item_id": pa.string(),
        "rank": pa.int32(),
        "neighbor_id": pa.string(),
        "score": pa.float32(),
    }
)
# Items of a block; a row of the content model may name most of the catalogue.
_BLOCK = 256


def neighbors(model: SparseRecommender, items: Strings, n: int) -> Iterator[pa.RecordBatch]:
    """Yield batches of NEIGHBORS: up to `n` for each of `items`, which `model` was fitted on.

    Rank counts from 1, ties by the neighbor's id; an item of which the model knows nothing has no
    row.
    """
    for start in range(0, len(items), _BLOCK):
        best = keep_best(model.item_scores(slice(start, start + _BLOCK)), n)
        order, ranks = best_first(best)
        yield pa.record_batch(
            [
                pa.array([model.name] * len(order), type=pa.string()),
                pa.array(items[row_numbers(best)[order] + start], type=pa.string()),
                pa.array(ranks, type=pa.int32()),
                pa.array(items[best.indices[order]], type=pa.string()),
                pa.array(best.data[order], type=pa.float32()),
            ],
            schema=NEIGHBORS,
        )
