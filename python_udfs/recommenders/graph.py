"""Random walks over a graph of users, items and tags (RP3beta with tags)."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.sparse_rows import keep_best, stochastic_rows, without_diagonal

__all__ = ["Graph"]

# Cells of a block of the item-item matrix, as if it were dense: bounds its memory.
_BLOCK_CELLS = 2**24


class Graph(SparseRecommender):
    """RP3beta (Paudel et al. 2017, ACM TiiS 7(1)) on a graph of users, items and tags.

    A walk goes from the user to a consumed item, from there to a user or a tag, and on to an item
    j; each transition probability is the edge's share of the node's weights, raised to `alpha`. The
    probability of j is divided by degree(j) ** `beta`, its number of edges to users and tags, so
    that popular items do not win just by their degree:

        W[i, j] = ((1 - s) * Σ_u p(u|i)^alpha p(j|u)^alpha + s * Σ_t p(t|i)^alpha p(j|t)^alpha)
                  / degree(j)^beta

    s is `tag_share`; 1 for an item without users (so that tags lead to and from cold items), 0
    for one without tags. Without features this is plain RP3beta. Only the `n_neighbors` greatest of
    each row of W are kept.
    """

    name = "graph"

    def __init__(
        self,
        n_neighbors: int = 100,
        alpha: float = 1.0,
        beta: float = 0.4,
        tag_share: float = 0.5,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.alpha = alpha
        self.beta = beta
        self.tag_share = tag_share

    def fit(self, interactions: Interactions, features: ItemFeatures | None = None) -> Self:
        """Walk from every item, in blocks of items, without a dense items x items matrix."""
        user_item = interactions.matrix
        n_items = len(interactions.items)
        item_tag = (
            sparse.csr_matrix((n_items, 0), dtype=np.float32)
            if features is None
            else features.matrix
        )
        n_users_of_item = user_item.getnnz(axis=0)
        n_tags_of_item = item_tag.getnnz(axis=1)
        degrees = n_users_of_item + n_tags_of_item
        penalty = (np.maximum(degrees, 1).astype(np.float64) ** -self.beta).astype(np.float32)
        by_tag = np.where(n_tags_of_item > 0, self.tag_share, 0.0)
        by_tag[n_users_of_item == 0] = 1.0
        ways = [
            (self._steps(user_item.T.tocsr()), self._steps(user_item), 1 - by_tag),
            (self._steps(item_tag), self._steps(item_tag.T.tocsr()), by_tag),
        ]
        size = max(_BLOCK_CELLS // max(n_items, 1), 1)
        blocks = []
        for start in range(0, n_items, size):
            rows = slice(start, start + size)
            walked = sum(
                (sparse.diags_array(share[rows]).astype(np.float32) @ first[rows]) @ second
                for first, second, share in ways
            )
            walked = without_diagonal(sparse.csr_matrix(walked), start)
            walked.data *= penalty[walked.indices]
            blocks.append(keep_best(walked, self.n_neighbors))
        self._walks = (
            sparse.vstack(blocks, format="csr") if blocks else sparse.csr_matrix((0, 0))
        ).astype(np.float32)
        self._profiles = stochastic_rows(user_item)
        return self

    def _steps(self, edges: sparse.csr_matrix) -> sparse.csr_matrix:
        steps = stochastic_rows(edges)
        steps.data **= self.alpha
        return steps

    def known_scores(self, user_rows: slice) -> sparse.csr_matrix:
        """Return the walks from the user, including the first step; see SparseRecommender."""
        first = self._profiles[user_rows]
        first.data **= self.alpha
        return first @ self._walks

    def item_scores(self, item_rows: slice) -> sparse.csr_matrix:
        """Return the walks from the items; see SparseRecommender."""
        return self._walks[item_rows]
