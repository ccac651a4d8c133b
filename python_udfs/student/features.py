"""Items as short dense vectors: TF-IDF of the whole text and of facts, reduced by truncated SVD.

Beside them, where items have one, the Sentence-BERT vector of the text.

Latent semantic analysis (Deerwester et al., 1990) with the randomised SVD of Halko, Martinsson and
Tropp (2011), by scikit-learn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.utils.extmath import randomized_svd

from python_udfs.embedding.vectors import matrix_of
from python_udfs.student.words import Weighting, words_of

__all__ = ["Features"]

_TEXT_DIMENSIONS = 384
_FACT_DIMENSIONS = 128
# Least number and greatest share of items: commoner words tell nothing, rarer terms nothing that
# can be learnt.
_WORDS_OF = (3, 0.3)
_FACTS_OF = (2, 1.0)
# Facts count less than the text: chosen with the other numbers in benchmarks/student.py.
_WEIGHT_OF_FACTS = 0.7
_WEIGHT_OF_MEANING = np.float32(0.7)
_POWER_ITERATIONS = 2


@dataclass(frozen=True)
class _Part:
    """One kind of terms, projected onto its main directions."""

    weighting: Weighting
    directions: NDArray[np.float32]

    @classmethod
    def learn(cls, weighting: Weighting, lists: pa.ListArray, dimensions: int) -> Self:
        return cls(weighting, _main_directions(weighting.vectors(lists), dimensions))

    def vectors(self, lists: pa.ListArray) -> NDArray[np.float32]:
        """Float32 (n, d)."""
        return np.asarray(self.weighting.vectors(lists) @ self.directions, dtype=np.float32)


@dataclass(frozen=True)
class Features:
    """What is learnt, without labels, from items.

    They have `text` (string), `facts` (strings), and all or none an `embedding` (floats, norm 1).
    """

    words: _Part
    facts: _Part
    centre: NDArray[np.float32]
    scale: np.float32
    mean_embedding: NDArray[np.float32] | None

    @classmethod
    def learn(cls, items: pa.Table) -> Self:
        """Learn vocabulary, weights and directions from these items."""
        words, facts = _words(items), _facts(items)
        of_words = _Part.learn(Weighting.learn(words, *_WORDS_OF), words, _TEXT_DIMENSIONS)
        of_facts = _Part.learn(Weighting.learn(facts, *_FACTS_OF), facts, _FACT_DIMENSIONS)
        raw = _joined(of_words, of_facts, items)
        centre = raw.mean(axis=0, dtype=np.float64).astype(np.float32)
        spread = np.sqrt(np.square(raw - centre).sum(axis=1).mean(dtype=np.float64))
        embeddings = _embeddings(items)
        mean = None
        if embeddings is not None:
            mean = embeddings.mean(axis=0, dtype=np.float64).astype(np.float32)
        return cls(of_words, of_facts, centre, np.float32(1 / spread if spread > 0 else 1), mean)

    def vectors(self, items: pa.Table) -> NDArray[np.float32]:
        """Float32 (n, d), d at most 512 and the embedding's; over the learnt items the mean is 0.

        Words and facts together have a mean norm of 1 there, an embedding less than 0.7.
        """
        found = (_joined(self.words, self.facts, items) - self.centre) * self.scale
        embeddings = _embeddings(items)
        if embeddings is None or self.mean_embedding is None:
            return found
        return np.hstack([found, (embeddings - self.mean_embedding) * _WEIGHT_OF_MEANING])


def _joined(words: _Part, facts: _Part, items: pa.Table) -> NDArray[np.float32]:
    return np.hstack(
        [words.vectors(_words(items)), facts.vectors(_facts(items)) * np.float32(_WEIGHT_OF_FACTS)]
    )


def _words(items: pa.Table) -> pa.ListArray:
    return words_of(items["text"].combine_chunks())


def _facts(items: pa.Table) -> pa.ListArray:
    return items["facts"].combine_chunks()


def _embeddings(items: pa.Table) -> NDArray[np.float32] | None:
    """Float32 (n, d), if the items have embeddings."""
    if "embedding" not in items.column_names:
        return None
    return matrix_of(items["embedding"])


def _main_directions(vectors: csr_array, count: int) -> NDArray[np.float32]:
    """The first right singular vectors, (terms, count or fewer); none if there is no term."""
    count = min(count, min(vectors.shape) - 1)
    if count < 1:
        return np.zeros((vectors.shape[1], 0), dtype=np.float32)
    _, _, directions = randomized_svd(
        vectors, count, n_iter=_POWER_ITERATIONS, power_iteration_normalizer="QR", random_state=0
    )
    return np.ascontiguousarray(directions.T, dtype=np.float32)
