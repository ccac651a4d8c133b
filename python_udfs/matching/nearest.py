"""The base tag of highest cosine for each candidate (Lee et al., KDD '25, section 2.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from python_udfs.embedding.vectors import matrix_of
from python_udfs.normalise import without_plural

__all__ = ["NEIGHBOURS", "nearest_base_tags"]

NEIGHBOURS = pa.schema(
    [
        ("tag", pa.string()),
        ("base_tag", pa.string()),
        ("similarity", pa.float64()),
        ("is_nearest", pa.bool_()),
    ]
)

_MILLION = 1_000_000
_CELLS_A_BLOCK = 8_000_000


def nearest_base_tags(candidates: pa.RecordBatchReader, names: pa.Table) -> pa.RecordBatchReader:
    """For each candidate, the base tag whose name (itself or an alias) has the highest cosine.

    Names that say more than the candidate are passed over, since they may not be true of it: an
    adult is not a "young adult". Such a name has all words of the candidate, and others.
    `candidates`: columns tag, embedding (list of float32, d values, norm 1), read batch by batch
    and compared in blocks of 64 MB at most. `names`: columns base_tag, name, embedding. Returns
    rows of NEIGHBOURS: the cosine is rounded to 6 places, ties go to the first base tag in code
    point order; is_nearest says that no name of a higher cosine was passed over. If all are, the
    similarity is -1. Without names there are no rows.
    """
    return pa.RecordBatchReader.from_batches(NEIGHBOURS, _neighbours(candidates, names))


def _neighbours(candidates: pa.RecordBatchReader, names: pa.Table) -> Iterator[pa.RecordBatch]:
    ordered = names.sort_by([("base_tag", "ascending"), ("name", "ascending")]).combine_chunks()
    base_tags = ordered["base_tag"]
    matrix = matrix_of(ordered["embedding"]).astype(np.float64).T
    says_more = _SaysMore(ordered["name"].to_pylist())
    for batch in _blocks(candidates, _CELLS_A_BLOCK // max(len(base_tags), 1)):
        if not len(base_tags):
            continue
        # Exact in float64, since the values are on a grid (embedding.vectors), whatever the block
        # and the processor. What is equal after rounding ties, and argmax takes the first.
        cosines = matrix_of(batch["embedding"]).astype(np.float64) @ matrix
        np.rint(np.multiply(cosines, _MILLION, out=cosines), out=cosines)
        greatest = cosines.max(axis=1)
        for row, tag in enumerate(batch["tag"].to_pylist()):
            cosines[row, says_more.than(tag)] = -np.inf
        best = cosines.argmax(axis=1)
        highest = cosines[np.arange(len(best)), best]
        yield pa.record_batch(
            [
                batch["tag"],
                base_tags.take(pa.array(best)).combine_chunks(),
                pa.array(np.clip(highest / _MILLION, -1.0, 1.0)),
                pa.array(highest == greatest),
            ],
            schema=NEIGHBOURS,
        )


def _words(tag: str) -> frozenset[str]:
    """The words of a tag, and the parts of those with a hyphen, without the s of a plural."""
    return frozenset(map(without_plural, tag.replace("-", " ").split()))


class _SaysMore:
    """Finds names with all words of a tag and others."""

    def __init__(self, names: Sequence[str]) -> None:
        self._words = [_words(name) for name in names]
        self._of_word: dict[str, set[int]] = defaultdict(set)
        for place, words in enumerate(self._words):
            for word in words:
                self._of_word[word].add(place)

    def than(self, tag: str) -> list[int]:
        words = _words(tag)
        if not words:
            return []
        having = set.intersection(*(self._of_word.get(word, set()) for word in words))
        return sorted(place for place in having if self._words[place] > words)


def _blocks(batches: pa.RecordBatchReader, n_rows: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, len(batch), max(n_rows, 1)):
            yield batch.slice(start, max(n_rows, 1))
