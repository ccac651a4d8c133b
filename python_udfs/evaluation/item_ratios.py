"""Shares of tags with intervals; the tags of one item stay together."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from python_udfs.evaluation.bootstrap import Resamples

__all__ = ["ITEM_RATIOS", "item_ratios"]

ITEM_RATIOS = pa.schema(
    [
        ("figure", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("n_items", pa.int64()),
        ("n_tags", pa.int64()),
    ]
)


def item_ratios(counts: pa.Table, n_resamples: int, seed: int) -> pa.Table:
    """Return one share per figure: its hits over its tags, summed over items.

    `counts`: columns figure, item_id, hits, tags (tags > 0), one row for each figure and item.
    Whole items are drawn (a cluster bootstrap), since the tags of an item are not independent.
    Returns rows of ITEM_RATIOS, by figure.
    """
    figures = pc.unique(counts["figure"]).sort()
    items = pc.unique(counts["item_id"]).sort()
    rows = np.asarray(pc.index_in(counts["item_id"], value_set=items))
    columns = np.asarray(pc.index_in(counts["figure"], value_set=figures))
    hits, tags = np.zeros((2, len(items), len(figures)))
    hits[rows, columns] = counts["hits"].to_numpy()
    tags[rows, columns] = counts["tags"].to_numpy()
    found = Resamples.make(len(items), n_resamples, seed).ratios(hits, tags)
    n_tags = tags.sum(axis=0).astype(np.int64)
    return pa.table(
        [figures, found.value, found.low, found.high, found.n_items, n_tags], schema=ITEM_RATIOS
    )
