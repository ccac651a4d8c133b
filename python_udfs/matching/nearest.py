"""The base tag of highest cosine for each candidate (Lee et al., KDD '25, section 2.2)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from python_udfs.embedding.vectors import matrix_of

__all__ = ["NEIGHBOURS", "nearest_base_tags"]

NEIGHBOURS = pa.schema(
    [("tag", pa.string()), ("base_tag", pa.string()), ("similarity", pa.float64())]
)

_MILLION = 1_000_000
_CELLS_A_BLOCK = 8_000_000


def nearest_base_tags(candidates: pa.RecordBatchReader, names: pa.Table) -> pa.RecordBatchReader:
    """For each candidate, the base tag whose name (itself or an alias) has the highest cosine.

    `candidates`: columns tag, embedding (list of float32, d values, norm 1), read batch by batch
    and compared in blocks of 64 MB at most. `names`: columns base_tag, embedding. Returns rows of
    NEIGHBOURS: the cosine is rounded to 6 places, ties go to the first base tag in code point
    order. Without names there are no rows.
    """
    return pa.RecordBatchReader.from_batches(NEIGHBOURS, _neighbours(candidates, names))


def _neighbours(candidates: pa.RecordBatchReader, names: pa.Table) -> Iterator[pa.RecordBatch]:
    ordered = names.sort_by("base_tag").combine_chunks()
    base_tags = ordered["base_tag"]
    matrix = matrix_of(ordered["embedding"]).astype(np.float64).T
    for batch in _blocks(candidates, _CELLS_A_BLOCK // max(len(base_tags), 1)):
        if not len(base_tags):
            continue
        # Exact in float64, since the values are on a grid (embedding.vectors), whatever the block
        # and the processor. What is equal after rounding ties, and argmax takes the first.
        cosines = matrix_of(batch["embedding"]).astype(np.float64) @ matrix
        np.rint(np.multiply(cosines, _MILLION, out=cosines), out=cosines)
        best = cosines.argmax(axis=1)
        highest = cosines[np.arange(len(best)), best] / _MILLION
        yield pa.record_batch(
            [
                batch["tag"],
                base_tags.take(pa.array(best)).combine_chunks(),
                pa.array(np.clip(highest, -1.0, 1.0)),
            ],
            schema=NEIGHBOURS,
        )


def _blocks(batches: pa.RecordBatchReader, n_rows: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, len(batch), max(n_rows, 1)):
            yield batch.slice(start, max(n_rows, 1))
