"""The best unseen items of every user, with the tags that explain them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.explain import Explainer
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.ranked import ranked_batch

__all__ = ["recommendations"]

# Users per block; memory holds their scores at once.
_BLOCK = 512


def recommendations(
    model: SparseRecommender,
    interactions: Interactions,
    explainer: Explainer,
    k: int,
    n_tags: int = 5,
) -> Iterator[pa.RecordBatch]:
    """Yield batches of RANKED: up to `k` items for each user on which `model` was fitted.

    Consumed items are left out. `tags` are the `n_tags` strongest that the item shares with the
    user's items.
    """
    for start in range(0, len(interactions.users), _BLOCK):

        def reasons(
            users: NDArray[np.int64], items: NDArray[np.int64], first: int = start
        ) -> pa.ListArray:
            return explainer.shared(users + first, items, n_tags)

        rows = slice(start, start + _BLOCK)
        yield ranked_batch(
            "user",
            model.name,
            interactions.users[rows],
            interactions.items,
            model.best_unseen(rows, interactions.matrix[rows], k),
            reasons,
        )
