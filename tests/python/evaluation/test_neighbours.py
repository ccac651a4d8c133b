"""Strings without a vector are embedded once, through the ledger, and find their base tag."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from python_udfs.evaluation.neighbours import nearest_of_texts


class Letters:
    """Counts the letters a and b, so that cosines are known."""

    model_id = "letters"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        counts = np.array([[text.count("a"), text.count("b")] for text in texts], np.float32)
        unit: NDArray[np.floating] = counts / np.linalg.norm(counts, axis=1, keepdims=True)
        return unit.astype(np.float32)


def test_a_text_finds_its_base_tag_and_is_embedded_once(
    ledger: duckdb.DuckDBPyConnection,
) -> None:
    names = pa.table(
        [["first", "second"], [[1.0, 0.0], [0.0, 1.0]]],
        schema=pa.schema([("base_tag", pa.string()), ("embedding", pa.list_(pa.float32()))]),
    )
    ledger.execute("create table texts as select unnest(['aaab', 'ab', 'bbb']) as text")
    encoder = Letters()
    # Of 3 / sqrt(10) = 0.948683 and sqrt(1 / 2) the nearest values on the grid of 2 ** -18.
    expected = [("aaab", "first", 0.948685), ("ab", "first", 0.707108), ("bbb", "second", 1.0)]
    for _ in range(2):
        found = nearest_of_texts(ledger.table("texts"), names, ledger, encoder).read_all()
        assert sorted(tuple(row.values()) for row in found.to_pylist()) == expected
    assert sorted(encoder.asked) == ["aaab", "ab", "bbb"]
