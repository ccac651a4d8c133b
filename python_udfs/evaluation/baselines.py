"""Baselines: tags of cheap methods, to see what a language model adds.

Each takes its training data and returns a function that scores items. That function gets Items,
which lack manual tags, so predictions for an item cannot use its own.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve
from scipy.sparse import csr_array

from python_udfs.evaluation.items import Items, TaggedItems
from python_udfs.evaluation.top_places import top_places

__all__ = [
    "Baseline",
    "Predict",
    "genre_popularity",
    "knn_transfer",
    "linear_classifier",
    "nearest_base_tags",
    "popularity",
]

# Scores in [0, 1], (n, tags); (1, tags) if equal for all items.
Predict = Callable[[Items], NDArray[np.floating]]
Baseline = Callable[[TaggedItems], Predict]

_GENRE_PRIOR_ITEMS = 10
_NEIGHBOURS = 20
_MIN_ITEMS_WITH_TAG = 3
_RIDGE_PENALTY = 1.0


def popularity(tagged: TaggedItems) -> Predict:
    """The share of tagged items with the tag, equal for every item."""
    shares = _shares(tagged)[np.newaxis]
    return lambda items: shares


def genre_popularity(tagged: TaggedItems) -> Predict:
    """The share of a genre's items with the tag, averaged over the item's genres.

    Shares are smoothed towards overall popularity as if each genre had ten more average items. An
    item without a genre gets overall popularity.
    """
    shares = _shares(tagged)
    counts = (tagged.items.genres.T @ tagged.labels).toarray()
    n_items = np.asarray(tagged.items.genres.sum(axis=0)).reshape(-1, 1)
    by_genre = (counts + _GENRE_PRIOR_ITEMS * shares) / (n_items + _GENRE_PRIOR_ITEMS)

    def predict(items: Items) -> NDArray[np.floating]:
        n_genres = np.asarray(items.genres.sum(axis=1)).reshape(-1, 1)
        means: NDArray[np.floating] = (items.genres @ by_genre) / np.maximum(n_genres, 1)
        return np.where(n_genres > 0, means, shares)

    return predict


def knn_transfer(tagged: TaggedItems) -> Predict:
    """The tags of the 20 nearest tagged items, weighted by cosine, as a share of all weight."""

    def predict(items: Items) -> NDArray[np.floating]:
        cosines = items.vectors @ tagged.items.vectors.T
        places, millionths = top_places(cosines, _NEIGHBOURS)
        weights = millionths / np.maximum(millionths.sum(axis=1, keepdims=True), 1)
        starts = np.arange(len(items) + 1) * places.shape[1]
        near = csr_array(
            (weights.ravel(), places.ravel(), starts), shape=(len(items), len(tagged.items))
        )
        scores: NDArray[np.floating] = (near @ tagged.labels).toarray()
        return scores

    return predict


def linear_classifier(tagged: TaggedItems) -> Predict:
    """Ridge regression of each tag on the item vectors; tags of fewer than three items score 0.

    Solves the normal equations once for all tags (Hoerl and Kennard, 1970), since labels are
    sparse: scikit-learn's Ridge gives equal results, but needs dense labels and 30 times as long.
    """
    counts = np.asarray(tagged.labels.sum(axis=0), dtype=np.float64).ravel()
    columns = np.flatnonzero(counts >= _MIN_ITEMS_WITH_TAG)
    labels = tagged.labels[:, columns]
    centre = tagged.items.vectors.mean(axis=0, dtype=np.float64)
    centred = tagged.items.vectors - centre
    gram = centred.T @ centred
    gram[np.diag_indices_from(gram)] += _RIDGE_PENALTY
    weights = solve(gram, (labels.T @ centred).T, assume_a="pos")
    shares = counts[columns] / max(len(tagged.items), 1)

    def predict(items: Items) -> NDArray[np.floating]:
        scores = np.zeros((len(items), len(counts)))
        scores[:, columns] = (items.vectors - centre) @ weights + shares
        return scores

    return predict


def nearest_base_tags(vectors: NDArray[np.float32], starts: NDArray[np.int64]) -> Baseline:
    """The cosine of item text and the tag's nearest name; it learns nothing.

    `vectors` (names, d), grouped by base tag; `starts` (tags,): start of each group.
    """

    def predict(items: Items) -> NDArray[np.floating]:
        cosines: NDArray[np.floating] = np.maximum.reduceat(
            items.vectors @ vectors.T, starts, axis=1
        )
        return cosines

    return lambda tagged: predict


def _shares(tagged: TaggedItems) -> NDArray[np.floating]:
    counts = np.asarray(tagged.labels.sum(axis=0), dtype=np.float64).ravel()
    return counts / max(len(tagged.items), 1)
