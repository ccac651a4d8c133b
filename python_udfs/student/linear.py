"""A linear model with one sigmoid output per tag, trained on all tags at once.

Minimises the weighted cross-entropy by Adam (Kingma and Ba, 2015) in numpy: a few passes with a
falling step are enough and regularise by stopping early. scikit-learn would fit one tag after the
other and take a hundred times as long.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

__all__ = ["SigmoidModel", "fit"]

_PASSES = 5
# Small training sets are read more often: each step moves a weight by _STEP at most.
_LEAST_STEPS = 100
_ITEMS_A_STEP = 256
_STEP = 0.05
_DECAY = (0.9, 0.99)
_SEED = 0


@dataclass(frozen=True)
class SigmoidModel:
    """Weights float32 (d, tags) and biases float32 (tags,)."""

    weights: NDArray[np.float32]
    biases: NDArray[np.float32]

    def scores(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities float32 (n, tags) for vectors (n, d)."""
        return _sigmoid(vectors @ self.weights, self.biases)


def fit(vectors: NDArray[np.float32], labels: csr_array) -> SigmoidModel:
    """Train on `vectors` (n, d) and `labels` (n, tags).

    A stored label is a positive example with its weight, above 0 and at most 1. Every other tag of
    the item is a negative example with the greatest weight of the item; an item without labels is
    no example.
    """
    n_items, n_tags = labels.shape
    of_items = labels.max(axis=1).toarray().astype(np.float32)
    # Biases begin at the log-odds of each tag's share; half an example where it has none.
    shares = np.asarray(labels.sum(axis=0)).ravel() / max(float(of_items.sum()), 1)
    shares = np.clip(shares, 0.5 / max(n_items, 1), 0.5)
    biases = np.log(shares / (1 - shares)).astype(np.float32)
    weights = np.zeros((vectors.shape[1], n_tags), dtype=np.float32)
    of_weights, of_biases = _Adam(weights), _Adam(biases)
    random = np.random.default_rng(_SEED)
    n_steps_a_pass = -(-n_items // _ITEMS_A_STEP)
    n_passes = max(_PASSES, -(-_LEAST_STEPS // max(n_steps_a_pass, 1)))
    n_steps = n_passes * n_steps_a_pass
    done = 0
    for _ in range(n_passes):
        order = random.permutation(n_items)
        for start in range(0, n_items, _ITEMS_A_STEP):
            rows = order[start : start + _ITEMS_A_STEP]
            here = vectors[rows]
            errors = _errors(_sigmoid(here @ weights, biases), labels[rows], of_items[rows])
            step = _STEP * (1 - done / n_steps)
            of_weights.move(here.T @ errors, step)
            of_biases.move(errors.sum(axis=0), step)
            done += 1
    return SigmoidModel(weights, biases)


def _errors(
    scores: NDArray[np.float32], labels: csr_array, of_items: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The gradient of the mean cross-entropy before the sigmoid, in place of `scores`."""
    rows = np.repeat(np.arange(labels.shape[0]), np.diff(labels.indptr))
    positive = (scores[rows, labels.indices] - 1) * labels.data
    scores *= of_items[:, np.newaxis]
    scores[rows, labels.indices] = positive
    scores /= np.float32(labels.shape[0])
    return scores


class _Adam:
    """Moves `values` in place against their gradients; step sizes adapt to each value."""

    def __init__(self, values: NDArray[np.float32]) -> None:
        self._values = values
        self._mean = np.zeros_like(values)
        self._square = np.zeros_like(values)
        self._n_moves = 0

    def move(self, gradient: NDArray[np.float32], step: float) -> None:
        self._n_moves += 1
        decay_mean, decay_square = _DECAY
        self._mean *= np.float32(decay_mean)
        self._mean += np.float32(1 - decay_mean) * gradient
        self._square *= np.float32(decay_square)
        self._square += np.float32(1 - decay_square) * np.square(gradient)
        step *= np.sqrt(1 - decay_square**self._n_moves) / (1 - decay_mean**self._n_moves)
        self._values -= np.float32(step) * self._mean / (np.sqrt(self._square) + np.float32(1e-8))


def _sigmoid(products: NDArray[np.float32], biases: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 / (1 + exp(-(products + biases))), in place of `products`."""
    products += biases
    np.clip(products, -30, 30, out=products)
    np.negative(products, out=products)
    np.exp(products, out=products)
    products += 1
    return np.reciprocal(products, out=products)
