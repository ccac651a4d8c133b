"""The best unseen items of every user, with the tags that explain them."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.explain import Explainer
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.sparse_rows import best_first, best_unseen, row_numbers

__all__ = ["RECOMMENDATIONS", "recommendations"]

RECOMMENDATIONS = pa.schema(
    {
        "model": pa.string(),
        "user_id": pa.string(),
        "rank": pa.int32(),
        "item_id": pa.string(),
        "score": pa.float32(),
        "tags": pa.list_(pa.string()),
    }
)
# Users of a block; their scores are what memory must hold at once.
_BLOCK = 512


def recommendations(
    model: SparseRecommender,
    interactions: Interactions,
    explainer: Explainer,
    k: int,
    n_tags: int = 5,
) -> Iterator[pa.RecordBatch]:
    """Yield batches of RECOMMENDATIONS: up to `k` items for each user that `model` was fitted on.

    Items that the user consumed are left out; rank counts from 1, ties by item id. `tags` are the
    `n_tags` strongest that the item shares with what the user consumed.
    """
    for start in range(0, len(interactions.users), _BLOCK):
        rows = slice(start, start + _BLOCK)
        best = best_unseen(model.known_scores(rows), interactions.matrix[rows], k)
        order, ranks = best_first(best)
        users, items = row_numbers(best)[order] + start, best.indices[order]
        yield pa.record_batch(
            [
                pa.array([model.name] * len(order), type=pa.string()),
                pa.array(interactions.users[users], type=pa.string()),
                pa.array(ranks, type=pa.int32()),
                pa.array(interactions.items[items], type=pa.string()),
                pa.array(best.data[order], type=pa.float32()),
                explainer.shared(users, items, n_tags),
            ],
            schema=RECOMMENDATIONS,
        )
