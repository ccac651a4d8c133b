"""The table of recommendations: items for users, and similar items of items."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.recommenders.arrays import Strings
from python_udfs.recommenders.sparse_rows import best_first, row_numbers

__all__ = ["RANKED", "MakeTags", "ranked_batch"]

# `kind` of `subject_id`: a user, or an item with neighbors.
RANKED = pa.schema(
    {
        "kind": pa.string(),
        "model": pa.string(),
        "subject_id": pa.string(),
        "rank": pa.int32(),
        "item_id": pa.string(),
        "score": pa.float32(),
        "tags": pa.list_(pa.string()),
    }
)

# Maps rows of subjects and of items, int64 (n,) each, to n lists of tags.
MakeTags = Callable[[NDArray[np.int64], NDArray[np.int64]], pa.ListArray]


def ranked_batch(
    kind: str,
    model: str,
    subjects: Strings,
    items: Strings,
    best: sparse.csr_matrix,
    tags: MakeTags | None = None,
) -> pa.RecordBatch:
    """Return RANKED of the entries of `best`, CSR float32 (n_subjects, n_items), sorted columns.

    Rank counts from 1 in each row, best first, ties by the item's index; tags are null without
    `tags`.
    """
    order, ranks = best_first(best)
    rows, columns = row_numbers(best)[order], best.indices[order]
    return pa.record_batch(
        [
            pa.array([kind] * len(order), type=pa.string()),
            pa.array([model] * len(order), type=pa.string()),
            pa.array(subjects[rows], type=pa.string()),
            pa.array(ranks, type=pa.int32()),
            pa.array(items[columns], type=pa.string()),
            pa.array(best.data[order], type=pa.float32()),
            pa.nulls(len(order), RANKED.field("tags").type)
            if tags is None
            else tags(rows, columns),
        ],
        schema=RANKED,
    )
