"""Tags of an item at or over a cosine, item by item."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from python_udfs.evaluation import similar_tags as module
from python_udfs.evaluation.similar_tags import SIMILAR_TAGS, similar_tags

_VECTORS = {
    "sea": [1.0, 0.0],
    "ocean": [0.8, 0.6],
    "war": [0.0, 1.0],
    # Not quite of length 1, as float32 leaves it.
    "pet": [0.6, 0.7999],
}

Item = tuple[set[str], set[str]]


def pairs(items: dict[str, Item], threshold: float) -> dict[tuple[str, str, str], float]:
    """Similarity by item, listed and true tag; `items`: listed and true tags of each."""
    rows = [
        (item, tag, tag in listed, tag in true)
        for item, (listed, true) in items.items()
        for tag in sorted(listed | true)
    ]
    types = (pa.string(), pa.string(), pa.bool_(), pa.bool_())
    names = ("item_id", "tag", "is_listed", "is_true")
    compared = pa.table(
        [pa.array([row[place] for row in rows], types[place]) for place in range(4)],
        schema=pa.schema(zip(names, types, strict=True)),
    )
    embeddings = pa.table(
        {
            "tag": pa.array(list(_VECTORS), pa.string()),
            "embedding": pa.array(list(_VECTORS.values()), pa.list_(pa.float32())),
        }
    )
    found = similar_tags(embeddings, compared, threshold).read_all()
    assert found.schema == SIMILAR_TAGS
    keys = [tuple(row[name] for name in SIMILAR_TAGS.names[:3]) for row in found.to_pylist()]
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, found["similarity"].to_pylist(), strict=True))


def test_the_threshold_itself_is_a_match_and_just_over_it_is_none() -> None:
    items = {"i": ({"sea"}, {"ocean"})}
    assert pairs(items, 0.8) == {("i", "sea", "ocean"): 0.8}
    assert pairs(items, 0.800001) == {}


def test_a_tag_always_matches_itself() -> None:
    assert pairs({"i": ({"pet", "sea"}, {"pet"})}, 1.0) == {("i", "pet", "pet"): 1.0}


def test_only_listed_against_true_tags_of_the_same_item() -> None:
    items = {
        "i": ({"sea", "war"}, {"ocean", "sea"}),
        "j": ({"sea"}, {"war"}),
        "k": (set(), {"sea"}),
    }
    assert pairs(items, 0.5) == {
        ("i", "sea", "ocean"): 0.8,
        ("i", "sea", "sea"): 1.0,
        ("i", "war", "ocean"): 0.6,
    }


@pytest.mark.parametrize("n_pairs", [1, 3, 7])
def test_batches_do_not_matter(monkeypatch: pytest.MonkeyPatch, n_pairs: int) -> None:
    everything = set(_VECTORS)
    items = dict.fromkeys("ijk", (everything, everything))
    whole = pairs(items, 0.1)
    monkeypatch.setattr(module, "_PAIRS_A_BATCH", n_pairs)
    assert pairs(items, 0.1) == whole
    expected = sum(
        first == second or float(np.dot(_VECTORS[first], _VECTORS[second])) >= 0.1
        for first in everything
        for second in everything
    )
    assert len(whole) == 3 * expected


def test_nothing_to_compare_gives_nothing() -> None:
    assert pairs({}, 0.5) == {}


def test_a_tag_without_embedding_is_named() -> None:
    with pytest.raises(KeyError, match="unknown tag"):
        pairs({"i": ({"unknown tag"}, {"sea"})}, 0.5)
