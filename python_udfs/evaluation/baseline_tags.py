"""Every baseline's list of tags for every item, cross-fitted by fold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array

from python_udfs.embedding.vectors import matrix_of
from python_udfs.evaluation.baselines import (
    Baseline,
    Predict,
    genre_popularity,
    knn_transfer,
    linear_classifier,
    nearest_base_tags,
    popularity,
)
from python_udfs.evaluation.items import Items, TaggedItems, items_of, labels_of
from python_udfs.evaluation.top_places import MILLION, top_places

__all__ = ["BASELINE_TAGS", "baseline_tags"]

BASELINE_TAGS = pa.schema(
    [
        ("system", pa.string()),
        ("item_id", pa.string()),
        ("rank", pa.int32()),
        ("tag", pa.string()),
        ("score", pa.float64()),
    ]
)

_CELLS_A_BLOCK = 4_000_000
# Rarer tags have almost no chance of a place, but would cost time and memory.
_MOST_TAGS = 10_000
_LEARNING: dict[str, Baseline] = {
    "popularity": popularity,
    "genre_popularity": genre_popularity,
    "knn_transfer": knn_transfer,
    "linear_classifier": linear_classifier,
}


def baseline_tags(
    items: pa.Table, manual_tags: pa.Table, names: pa.Table, top_k: int
) -> pa.RecordBatchReader:
    """Return rows of BASELINE_TAGS: per baseline and item at most `top_k` tags, rank from 1.

    `items`: columns item_id, fold (int), genres (list of texts), embedding (list of d float32,
    norm 1), one row each. `manual_tags`: item_id, tag, each pair once. `names`: base_tag,
    embedding, sorted by base_tag. Predictions for an item are learnt from items of other folds
    that have manual tags, over their 10,000 most frequent tags. Only tags with a
    score above 0 are listed; scores are in [0, 1], rounded to 6 places, ties by tag. Memory
    holds vectors, labels and one block of 32 MB.
    """
    return pa.RecordBatchReader.from_batches(
        BASELINE_TAGS, _baseline_tags(items, manual_tags, names, top_k)
    )


def _baseline_tags(
    table: pa.Table, manual_tags: pa.Table, names: pa.Table, top_k: int
) -> Iterator[pa.RecordBatch]:
    item_ids = table["item_id"].combine_chunks()
    tags = pc.unique(manual_tags["tag"]).sort()
    items, labels = items_of(table), labels_of(manual_tags, item_ids, tags)
    folds = np.asarray(table["fold"])
    is_tagged = np.diff(labels.indptr) > 0
    starts = _group_starts(names["base_tag"])
    nearest = nearest_base_tags(matrix_of(names["embedding"]), starts)
    base_tags = names["base_tag"].combine_chunks().take(pa.array(starts))
    for fold in np.unique(folds):
        rows = np.flatnonzero(folds == fold)
        others = np.flatnonzero((folds != fold) & is_tagged)
        columns = _most_frequent(labels[others])
        learnable = TaggedItems(items[others], labels[others][:, columns])
        if len(others):
            known = tags.take(pa.array(columns))
            for system, baseline in _LEARNING.items():
                yield from _lists(system, baseline(learnable), items, rows, item_ids, known, top_k)
        if len(base_tags):
            predict = nearest(learnable)
            yield from _lists("nearest_base_tags", predict, items, rows, item_ids, base_tags, top_k)


def _lists(
    system: str,
    predict: Predict,
    items: Items,
    rows: NDArray[np.int64],
    item_ids: pa.Array,
    tags: pa.Array,
    top_k: int,
) -> Iterator[pa.RecordBatch]:
    """The lists of the items at `rows`, block by block."""
    size = max(_CELLS_A_BLOCK // len(tags), 1)
    for start in range(0, len(rows), size):
        block = rows[start : start + size]
        places, millionths = top_places(predict(items[block]), top_k)
        shape = (len(block), places.shape[1])
        places, millionths = np.broadcast_to(places, shape), np.broadcast_to(millionths, shape)
        # Scores fall along a row, so those above 0 come first and ranks have no gap.
        kept = millionths > 0
        ranks = np.broadcast_to(np.arange(1, shape[1] + 1, dtype=np.int32), shape)
        n_kept = int(kept.sum())
        yield pa.record_batch(
            [
                pa.array([system] * n_kept, type=pa.string()),
                item_ids.take(pa.array(np.repeat(block, kept.sum(axis=1)))),
                pa.array(ranks[kept]),
                tags.take(pa.array(places[kept])),
                pa.array(millionths[kept] / MILLION),
            ],
            schema=BASELINE_TAGS,
        )


def _most_frequent(labels: csr_array) -> NDArray[np.int64]:
    """The columns of the 10,000 most frequent tags, in their order."""
    counts = np.asarray(labels.sum(axis=0)).ravel()
    places = np.argsort(-counts, kind="stable")[:_MOST_TAGS]
    return np.sort(places[counts[places] > 0])


def _group_starts(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Start of each run of equal values in a sorted column."""
    if not len(column):
        return np.zeros(0, dtype=np.int64)
    codes = np.asarray(column.combine_chunks().dictionary_encode().indices)
    return np.flatnonzero(np.diff(codes, prepend=-1))
