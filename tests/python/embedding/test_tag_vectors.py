"""The vector of an item is the mean of its tags' vectors by score, of length 1."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from python_udfs.embedding.tag_vectors import TAG_VECTORS, tag_vectors

_EMBEDDINGS = pa.table(
    {
        "tag": ["heist", "rain", "anti heist"],
        "embedding": pa.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0]], pa.list_(pa.float32())),
    }
)


def vectors(items: dict[str, dict[str, float]], batch: int = 100) -> dict[str, list[float] | None]:
    table = pa.table(
        {
            "item_id": pa.array(list(items), pa.string()),
            "tags": pa.array([list(tags) for tags in items.values()], pa.list_(pa.string())),
            "scores": pa.array(
                [list(tags.values()) for tags in items.values()], pa.list_(pa.float64())
            ),
        }
    )
    reader = tag_vectors(
        pa.RecordBatchReader.from_batches(table.schema, table.to_batches(batch)), _EMBEDDINGS
    )
    assert reader.schema == TAG_VECTORS
    return {row["item_id"]: row["tag_vector"] for row in reader.read_all().to_pylist()}


def test_scores_weigh_and_the_length_is_one() -> None:
    found = vectors({"a": {"heist": 0.9, "rain": 1.2}, "b": {"rain": 0.1}})
    assert found["a"] == pytest.approx([0.6, 0.8, 0.0])
    assert found["b"] == [0.0, 1.0, 0.0]


def test_what_has_no_direction_is_null() -> None:
    found = vectors({"zero": {"heist": 0.0}, "against": {"heist": 0.5, "anti heist": 0.5}})
    assert found == {"zero": None, "against": None}


def test_a_tag_without_embedding_is_named() -> None:
    with pytest.raises(KeyError, match="unknown tag"):
        vectors({"a": {"unknown tag": 1.0}})


def test_no_items_or_no_vocabulary_no_rows() -> None:
    assert vectors({}) == {}
    nothing = pa.RecordBatchReader.from_batches(pa.schema([("item_id", pa.string())]), iter([]))
    assert tag_vectors(nothing, _EMBEDDINGS.slice(0, 0)).read_all().num_rows == 0


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=3),
        st.dictionaries(
            st.sampled_from(["heist", "rain"]), st.floats(0.01, 1), min_size=1, max_size=2
        ),
        max_size=8,
    ),
    st.integers(1, 3),
)
def test_batches_do_not_matter(items: dict[str, dict[str, float]], batch: int) -> None:
    found = vectors(items, batch)
    assert found == vectors(items)
    for vector in found.values():
        assert vector is not None
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
