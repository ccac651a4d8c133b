"""Finds tags of an item with the same meaning: Sentence-BERT cosine at or above a threshold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from python_udfs.embedding.vectors import matrix_of

__all__ = ["SIMILAR_TAGS", "similar_tags"]

SIMILAR_TAGS = pa.schema(
    [
        ("item_id", pa.string()),
        ("listed_tag", pa.string()),
        ("true_tag", pa.string()),
        ("similarity", pa.float64()),
    ]
)

_MILLION = 1_000_000
_PAIRS_A_BATCH = 100_000

_Ints = npt.NDArray[np.int64]


def similar_tags(
    embeddings: pa.Table, compared: pa.Table, threshold: float
) -> pa.RecordBatchReader:
    """Return every listed and true tag of an item whose cosine is `threshold` or more.

    `embeddings`: columns tag, embedding (list of float32, d values, norm 1). `compared`: columns
    item_id, tag, is_listed, is_true, one row for each item and tag. Returns rows of SIMILAR_TAGS,
    in the order of `compared`; the cosine is rounded to 6 places before it is compared, and is 1
    for a tag and itself. Works item by item, since few of all pairs of strings share an item.
    Raises KeyError if a tag has no embedding.
    """
    return pa.RecordBatchReader.from_batches(SIMILAR_TAGS, _pairs(embeddings, compared, threshold))


def _pairs(embeddings: pa.Table, compared: pa.Table, threshold: float) -> Iterator[pa.RecordBatch]:
    if not len(compared):
        return
    known = embeddings["tag"].combine_chunks()
    vectors = matrix_of(embeddings["embedding"]).astype(np.float64)
    places = _places(compared["tag"].combine_chunks(), known)
    is_listed, is_true = (compared[name].to_numpy() for name in ("is_listed", "is_true"))
    least = np.rint(threshold * _MILLION)
    found: list[tuple[_Ints, _Ints, npt.NDArray[np.float64]]] = []
    n_found = 0
    for rows in _items(compared["item_id"]):
        listed, true = rows[is_listed[rows]], rows[is_true[rows]]
        # Not with BLAS: its threads would wait for each other longer than this small product takes.
        cosines = np.einsum("ld,td->lt", vectors[places[listed]], vectors[places[true]])
        np.rint(cosines * _MILLION, out=cosines)
        cosines[places[listed][:, None] == places[true]] = _MILLION
        first, second = np.nonzero(cosines >= least)
        found.append((listed[first], true[second], cosines[first, second]))
        n_found += len(first)
        if n_found >= _PAIRS_A_BATCH:
            yield _batch(compared, found)
            found, n_found = [], 0
    if n_found:
        yield _batch(compared, found)


def _batch(
    compared: pa.Table, found: list[tuple[_Ints, _Ints, npt.NDArray[np.float64]]]
) -> pa.RecordBatch:
    listed, true, millionths = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return pa.record_batch(
        [
            compared["item_id"].take(pa.array(listed)).combine_chunks(),
            compared["tag"].take(pa.array(listed)).combine_chunks(),
            compared["tag"].take(pa.array(true)).combine_chunks(),
            pa.array(np.minimum(millionths / _MILLION, 1.0)),
        ],
        schema=SIMILAR_TAGS,
    )


def _items(item_ids: pa.ChunkedArray) -> Iterator[_Ints]:
    """The rows of each item, int64, in order of first appearance."""
    codes = np.asarray(item_ids.combine_chunks().dictionary_encode().indices)
    order = np.argsort(codes, kind="stable").astype(np.int64)
    starts = np.flatnonzero(np.diff(codes[order])) + 1
    yield from np.split(order, starts)


def _places(tags: pa.StringArray, known: pa.StringArray) -> npt.NDArray[np.int32]:
    """Row of each tag among the known ones, int32 (n,)."""
    places = pc.index_in(tags, value_set=known)
    if places.null_count:
        missing = tags.filter(pc.is_null(places))[0].as_py()
        raise KeyError(f"tag '{missing}' has no embedding; build int_compared_tags first")
    found: npt.NDArray[np.int32] = np.asarray(places)
    return found
