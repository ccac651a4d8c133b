"""One vector for the tags of an item: the mean of their Sentence-BERT vectors, weighted by score.

It depends only on the item's own tags. Weights over the whole catalogue (idf) would change every
vector with every new item; readers who want them can use tags and scores.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from python_udfs.embedding.vectors import matrix_of

__all__ = ["TAG_VECTORS", "tag_vectors"]

TAG_VECTORS = pa.schema([("item_id", pa.string()), ("tag_vector", pa.list_(pa.float32()))])

_DECIMALS = 6


def tag_vectors(items: pa.RecordBatchReader, embeddings: pa.Table) -> pa.RecordBatchReader:
    """Return one row of TAG_VECTORS per item: d float32 values, norm 1, six decimals.

    `items`: columns item_id, tags (list of n strings, none empty), scores (list of n doubles in
    [0, 1]). `embeddings`: columns tag, embedding (list of d float32), with every tag of `items`.
    Memory holds the vocabulary and one batch of items. The vector is null if all scores are 0 or
    the vectors cancel out.

    Without any embedding there are no rows. Raises KeyError if a tag has none.
    """
    return pa.RecordBatchReader.from_batches(TAG_VECTORS, _vectors(items, embeddings))


def _vectors(items: pa.RecordBatchReader, embeddings: pa.Table) -> Iterator[pa.RecordBatch]:
    if not len(embeddings):
        return
    vocabulary = embeddings["tag"].combine_chunks()
    # In float64, where differences between processors are too small to change the rounding.
    matrix = matrix_of(embeddings["embedding"]).astype(np.float64)
    for batch in items:
        if not len(batch):
            continue
        tags = batch["tags"].flatten()
        places = pc.index_in(tags, value_set=vocabulary)
        if places.null_count:
            missing = tags.filter(pc.is_null(places))[0].as_py()
            raise KeyError(f"tag '{missing}' has no row in int_tag_embeddings")
        scores = np.asarray(batch["scores"].flatten())
        weighted = matrix[np.asarray(places)] * scores.reshape(-1, 1)
        lengths = np.asarray(pc.list_value_length(batch["tags"]))
        starts = np.cumsum(lengths) - lengths
        sums = np.add.reduceat(weighted, starts, axis=0)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        is_null = norms[:, 0] <= 0
        unit = np.round(sums / np.where(norms > 0, norms, 1), _DECIMALS)
        n_values = unit.shape[1]
        offsets = pa.array(np.arange(len(batch) + 1, dtype=np.int32) * np.int32(n_values))
        vectors = pa.ListArray.from_arrays(
            offsets, pa.array(unit.ravel().astype(np.float32)), mask=pa.array(is_null)
        )
        yield pa.record_batch([batch["item_id"], vectors], schema=TAG_VECTORS)
