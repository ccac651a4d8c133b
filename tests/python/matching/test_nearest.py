"""Nearest base tags against the plain definition."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from python_udfs.matching import NEIGHBOURS, nearest_base_tags

LISTS = pa.list_(pa.float32())


def candidates(rows: dict[str, list[float]], batch_size: int = 2) -> pa.RecordBatchReader:
    table = pa.table(
        {"tag": list(rows), "embedding": pa.array(list(rows.values()), type=LISTS)},
    )
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches(batch_size))


def names(rows: list[tuple[str, list[float]]]) -> pa.Table:
    return pa.table(
        {
            "base_tag": pa.array([base for base, _ in rows], type=pa.string()),
            "name": pa.array([base for base, _ in rows], type=pa.string()),
            "embedding": pa.array([vector for _, vector in rows], type=LISTS),
        }
    )


def test_the_highest_cosine_wins_and_is_rounded_to_six_places() -> None:
    found = nearest_base_tags(
        candidates({"a": [0.6, 0.8], "b": [1.0, 0.0], "c": [0.28, 0.96]}),
        names([("north", [0.0, 1.0]), ("east", [1.0, 0.0])]),
    ).read_all()

    assert found.schema == NEIGHBOURS
    assert found.to_pylist() == [
        {"tag": "a", "base_tag": "north", "similarity": 0.8, "is_nearest": True},
        {"tag": "b", "base_tag": "east", "similarity": 1.0, "is_nearest": True},
        {"tag": "c", "base_tag": "north", "similarity": 0.96, "is_nearest": True},
    ]


def test_equal_cosines_go_to_the_first_base_tag() -> None:
    shared = [0.6, 0.8]
    found = nearest_base_tags(
        candidates({"a": shared}), names([("z", shared), ("b", shared), ("é", shared)])
    )

    assert found.read_all()["base_tag"].to_pylist() == ["b"]


def test_cosines_that_are_equal_after_rounding_go_to_the_first_base_tag() -> None:
    found = nearest_base_tags(
        candidates({"a": [1.0, 0.0]}), names([("z", [0.5000002, 0.866]), ("b", [0.5, 0.866])])
    )

    assert found.read_all().to_pylist() == [
        {"tag": "a", "base_tag": "b", "similarity": 0.5, "is_nearest": True}
    ]


@pytest.mark.parametrize(
    ("tag", "more"),
    [
        ("adults", "young adult"), ("town", "small town"), ("fiction", "science fiction"),
        ("discovery", "self-discovery"), ("thriller", "spy thriller"),
        ("war hero", "hero of a war"),
    ],
)  # fmt: skip
def test_a_name_that_says_more_than_the_candidate_is_passed_over(tag: str, more: str) -> None:
    schema = names([(more, [1.0, 0.0]), ("other", [0.6, 0.8])])
    (found,) = nearest_base_tags(candidates({tag: [1.0, 0.0]}), schema).read_all().to_pylist()
    assert found == {"tag": tag, "base_tag": "other", "similarity": 0.6, "is_nearest": False}
    alone = nearest_base_tags(candidates({tag: [1.0, 0.0]}), names([(more, [1.0, 0.0])]))
    assert alone.read_all()["similarity"].to_pylist() == [-1.0]


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("remote cabin", "cabin"), ("soldiers", "soldier"), ("glass", "glass"),
        ("spy thriller", "psychological thriller"), ("boss", "bos town"),
    ],
)  # fmt: skip
def test_a_name_that_says_less_or_something_else_is_compared(tag: str, name: str) -> None:
    schema = names([(name, [1.0, 0.0]), ("other", [0.6, 0.8])])
    (found,) = nearest_base_tags(candidates({tag: [1.0, 0.0]}), schema).read_all().to_pylist()
    assert (found["base_tag"], found["is_nearest"]) == (name, True)


def test_an_empty_schema_or_no_candidate_gives_no_rows() -> None:
    assert nearest_base_tags(candidates({"a": [1.0]}), names([])).read_all().num_rows == 0
    assert nearest_base_tags(candidates({}), names([("b", [1.0])])).read_all().num_rows == 0


@given(st.integers(1, 40), st.integers(1, 20), st.integers(0, 2**32))
def test_blocks_give_what_all_pairs_give(n_tags: int, n_names: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tags = rng.standard_normal((n_tags, 8)).astype(np.float32)
    bases = rng.standard_normal((n_names, 8)).astype(np.float32)
    tags /= np.linalg.norm(tags, axis=1, keepdims=True)
    bases /= np.linalg.norm(bases, axis=1, keepdims=True)

    found = nearest_base_tags(
        candidates({f"t{i}": row.tolist() for i, row in enumerate(tags)}, batch_size=7),
        names([(f"b{i:02}", row.tolist()) for i, row in enumerate(bases)]),
    ).read_all()

    cosines = tags.astype(np.float64) @ bases.astype(np.float64).T
    for row, found_row in zip(cosines, found.to_pylist(), strict=True):
        assert abs(found_row["similarity"] - row.max()) < 2e-6
        assert abs(row[int(found_row["base_tag"][1:])] - row.max()) < 2e-6


def test_a_large_schema_is_compared_in_smaller_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("python_udfs.matching.nearest._CELLS_A_BLOCK", 3)
    rows = {"a": [0.6, 0.8], "b": [1.0, 0.0], "c": [0.28, 0.96]}
    schema = [("north", [0.0, 1.0]), ("east", [1.0, 0.0])]

    found = nearest_base_tags(candidates(rows, batch_size=3), names(schema)).read_all()

    assert found["base_tag"].to_pylist() == ["north", "east", "north"]
    assert found["tag"].to_pylist() == ["a", "b", "c"]


def test_a_similarity_does_not_depend_on_what_else_is_compared() -> None:
    rng = np.random.default_rng(7)
    vectors = rng.standard_normal((500, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = {f"t{i}": row.tolist() for i, row in enumerate(vectors[:300])}
    bases = names([(f"b{i:03}", row.tolist()) for i, row in enumerate(vectors[300:])])

    together = nearest_base_tags(candidates(rows, batch_size=300), bases).read_all()

    assert together == nearest_base_tags(candidates(rows, batch_size=1), bases).read_all()
