"""Base tags and aliases that a candidate misspells.

Optimal string alignment (a transposition of neighbours is one edit; Boytsov, 2011), normalised:
1 - edits / length of the longer string.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

__all__ = ["SPELLINGS", "misspelled_base_tags"]

SPELLINGS = pa.schema(
    [
        ("tag", pa.string()),
        ("base_tag", pa.string()),
        ("name", pa.string()),
        ("n_edits", pa.int32()),
    ]
)

_CELLS_A_BLOCK = 16_000_000


def misspelled_base_tags(
    tags: Sequence[str], names: Sequence[tuple[str, str]], threshold: float, min_length: int
) -> pa.RecordBatchReader:
    """For each tag, the first base tag (code point order) with a name that it misspells.

    `names`: (name, base tag). A pair counts if 1 - edits / longer length >= `threshold` in (0, 1].
    Strings below `min_length` characters or with a digit are skipped on both sides: "world war 1"
    does not misspell "world war 2". A tag that is itself a name is skipped. Returns rows of
    SPELLINGS, at most one per tag.
    """
    return pa.RecordBatchReader.from_batches(
        SPELLINGS, _misspellings(tags, names, threshold, min_length)
    )


def _misspellings(
    tags: Sequence[str], names: Sequence[tuple[str, str]], threshold: float, min_length: int
) -> Iterator[pa.RecordBatch]:
    usable = sorted(
        ((name, base) for name, base in names if _is_comparable(name, min_length)),
        key=lambda pair: (pair[1], pair[0]),
    )
    lengths = np.array([len(name) for name, _ in usable])
    known = {name for name, _ in names}
    by_length = sorted(
        (tag for tag in tags if tag not in known and _is_comparable(tag, min_length)), key=len
    )
    for length, group in groupby(by_length, key=len):
        longer = np.maximum(lengths, length)
        allowed = np.floor((1 - threshold) * longer + 1e-9).astype(np.int64)
        # Lengths differ by at most the number of edits.
        near = np.flatnonzero((np.abs(lengths - length) <= allowed) & (allowed > 0))
        if not len(near):
            continue
        same_length = list(group)
        n_tags = max(_CELLS_A_BLOCK // len(near), 1)
        for start in range(0, len(same_length), n_tags):
            batch = same_length[start : start + n_tags]
            yield _closest(batch, [usable[index] for index in near], allowed[near])


def _closest(
    tags: Sequence[str], names: Sequence[tuple[str, str]], allowed: npt.NDArray[np.int64]
) -> pa.RecordBatch:
    """The first base tag within reach of each tag; `allowed` has the maximum of edits by name."""
    most = int(allowed.max())
    edits = cdist(
        tags,
        [name for name, _ in names],
        scorer=OSA.distance,
        score_cutoff=most,
        dtype=np.int32,
        workers=-1,
    )
    is_near = edits <= allowed
    rows = np.flatnonzero(is_near.any(axis=1))
    columns = is_near[rows].argmax(axis=1)
    return pa.record_batch(
        [
            [tags[int(row)] for row in rows],
            [names[int(column)][1] for column in columns],
            [names[int(column)][0] for column in columns],
            pa.array(edits[rows, columns], type=pa.int32()),
        ],
        schema=SPELLINGS,
    )


def _is_comparable(text: str, min_length: int) -> bool:
    return len(text) >= min_length and not any(character.isdigit() for character in text)
