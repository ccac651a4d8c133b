"""Baselines: checked by hand on small catalogues, cross-fitted, independent of order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.linear_model import Ridge

from python_udfs.evaluation.baseline_tags import BASELINE_TAGS, baseline_tags
from python_udfs.evaluation.baselines import (
    genre_popularity,
    knn_transfer,
    linear_classifier,
    nearest_base_tags,
    popularity,
)
from python_udfs.evaluation.items import Items, TaggedItems

BASELINES = {
    "popularity", "genre_popularity", "knn_transfer", "linear_classifier", "nearest_base_tags",
}  # fmt: skip


def unit_rows(n_rows: int, n_values: int, seed: int = 1) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((n_rows, n_values)).astype(np.float32)
    return normed(rows)


def normed(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    unit: NDArray[np.floating] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit.astype(np.float32)


def lists(rows: NDArray[np.floating]) -> pa.Array:
    return pa.array(rows.tolist(), type=pa.list_(pa.float32()))


def catalogue(
    vectors: NDArray[np.float32], folds: Sequence[int], genres: Sequence[list[str]] | None = None
) -> pa.Table:
    return pa.table(
        {
            "item_id": pa.array([f"i{place:04d}" for place in range(len(vectors))], pa.string()),
            "fold": pa.array(folds, type=pa.int32()),
            "genres": pa.array(genres or [[]] * len(vectors), type=pa.list_(pa.string())),
            "embedding": lists(vectors),
        }
    )


def manual(*pairs: tuple[int, str]) -> pa.Table:
    schema = pa.schema([("item_id", pa.string()), ("tag", pa.string())])
    return pa.table([[f"i{item:04d}" for item, _ in pairs], [tag for _, tag in pairs]], schema)


def named(tags: Sequence[str] = (), vectors: NDArray[np.float32] | None = None) -> pa.Table:
    schema = pa.schema([("base_tag", pa.string()), ("embedding", pa.list_(pa.float32()))])
    return pa.table([list(tags), lists(np.zeros((0, 2)) if vectors is None else vectors)], schema)


def tagged(
    vectors: NDArray[np.float32],
    labels: Sequence[Sequence[int]],
    genres: Sequence[Sequence[int]] | None = None,
) -> TaggedItems:
    of_genres = csr_array(np.array(genres or [[0]] * len(vectors), dtype=np.float32))
    return TaggedItems(Items(vectors, of_genres), csr_array(np.array(labels, dtype=np.float32)))


# --- each baseline by hand


def test_popularity_is_the_share_of_tagged_items() -> None:
    learnt = tagged(unit_rows(4, 2), [[1, 0], [1, 0], [1, 1], [0, 0]])
    assert popularity(learnt)(learnt.items).tolist() == [[0.75, 0.25]]


def test_genre_popularity_is_drawn_to_popularity_and_averages_genres() -> None:
    learnt = tagged(
        unit_rows(4, 2), [[1, 0], [1, 0], [0, 1], [0, 1]], [[1, 0], [1, 0], [0, 1], [0, 1]]
    )
    asked = Items(unit_rows(3, 2), csr_array(np.array([[1, 0], [1, 1], [0, 0]], dtype=np.float32)))
    # Genre 1: tag 1 in 2 of 2 items, with ten average items more: (2 + 10 / 2) / (2 + 10).
    high, low = 7 / 12, 5 / 12
    assert np.allclose(genre_popularity(learnt)(asked), [[high, low], [0.5, 0.5], [0.5, 0.5]])


def test_knn_transfer_weighs_the_tags_of_neighbours_by_cosine() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [-1, 0]], dtype=np.float32)
    learnt = tagged(vectors, [[1, 0, 0], [1, 1, 0], [0, 0, 1]])
    asked = Items(np.array([[1, 0]], dtype=np.float32), csr_array((1, 1), dtype=np.float32))
    assert np.allclose(knn_transfer(learnt)(asked), [[1, 0.6 / 1.6, 0]], atol=1e-6)


def test_knn_transfer_looks_at_twenty_neighbours() -> None:
    vectors = np.array([[1, 0]] * 20 + [[0.6, 0.8]] * 5, dtype=np.float32)
    learnt = tagged(vectors, [[1, 0]] * 20 + [[0, 1]] * 5)
    asked = Items(vectors[:1], csr_array((1, 1), dtype=np.float32))
    assert np.allclose(knn_transfer(learnt)(asked), [[1, 0]])


def test_linear_classifier_is_ridge_regression() -> None:
    vectors, asked = unit_rows(60, 8), unit_rows(5, 8, seed=2)
    labels = (vectors[:, :3] > 0.1).astype(np.float32)
    expected = Ridge(alpha=1.0).fit(vectors.astype(np.float64), labels).predict(asked)
    found = linear_classifier(tagged(vectors, labels.tolist()))(
        Items(asked, csr_array((5, 1), dtype=np.float32))
    )
    assert np.allclose(found, expected, atol=1e-6)


def test_linear_classifier_leaves_out_tags_of_under_three_items() -> None:
    learnt = tagged(unit_rows(6, 2), [[1, 1]] * 2 + [[0, 1]] + [[0, 0]] * 3)
    scores = linear_classifier(learnt)(learnt.items)
    assert (scores[:, 0] == 0).all()
    assert (scores[:, 1] != 0).all()


def test_a_base_tag_is_as_near_as_the_nearest_of_its_names() -> None:
    names = np.array([[0, 1], [0.6, 0.8], [-1, 0]], dtype=np.float32)
    asked = tagged(np.array([[1, 0]], dtype=np.float32), [[1]])
    scores = nearest_base_tags(names, np.array([0, 2]))(asked)(asked.items)
    assert np.allclose(scores, [[0.6, -1]])


# --- lists


def test_lists_are_ranked_from_one_best_first_and_ties_go_to_the_alphabet() -> None:
    items = catalogue(unit_rows(4, 2), [0, 1, 1, 1])
    tags = manual((1, "war"), (1, "sea"), (2, "sea"), (2, "art"), (3, "sea"))
    rows = baseline_tags(items, tags, named(), 3).read_all()
    assert rows.schema == BASELINE_TAGS
    mine = [
        row for row in rows.to_pylist()
        if (row["system"], row["item_id"]) == ("popularity", "i0000")
    ]  # fmt: skip
    assert [(row["rank"], row["tag"]) for row in mine] == [(1, "sea"), (2, "art"), (3, "war")]
    assert [row["score"] for row in mine] == [1.0, 0.333333, 0.333333]


def test_a_list_ends_at_top_k() -> None:
    items = catalogue(unit_rows(20, 4), [place % 5 for place in range(20)])
    tags = manual(*((item, tag) for item in range(20) for tag in "abcdef"))
    rows = baseline_tags(items, tags, named("uvwxyz", unit_rows(6, 4)), 4).read_all().to_pylist()
    assert {row["system"] for row in rows} == BASELINES
    assert max(row["rank"] for row in rows) == 4
    assert {row["item_id"] for row in rows if row["system"] == "knn_transfer"} == {
        f"i{place:04d}" for place in range(20)
    }


def test_items_without_manual_tags_get_lists_and_teach_nothing() -> None:
    items = catalogue(unit_rows(4, 2), [0, 1, 1, 1])
    rows = baseline_tags(items, manual((1, "sea")), named(), 5).read_all().to_pylist()
    assert [(row["item_id"], row["tag"], row["score"]) for row in rows
            if row["system"] == "popularity"] == [("i0000", "sea", 1.0)]  # fmt: skip


@pytest.mark.parametrize("n_items", [0, 3])
def test_without_manual_tags_only_base_tags_are_listed(n_items: int) -> None:
    items = catalogue(np.tile(np.array([[1, 0]], dtype=np.float32), (n_items, 1)), [0] * n_items)
    names = named(["sea"], np.array([[1, 0]], dtype=np.float32))
    rows = baseline_tags(items, manual(), names, 5).read_all().to_pylist()
    assert {row["system"] for row in rows} == ({"nearest_base_tags"} if n_items else set())


def test_only_the_most_frequent_tags_are_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("python_udfs.evaluation.baseline_tags._MOST_TAGS", 2)
    items = catalogue(unit_rows(4, 2), [0, 1, 1, 1])
    tags = manual((1, "war"), (1, "sea"), (2, "sea"), (2, "art"), (3, "sea"), (3, "pet"))
    rows = baseline_tags(items, tags, named(), 5).read_all().to_pylist()
    assert {row["tag"] for row in rows if row["item_id"] == "i0000"} == {"sea", "art"}


def test_the_order_of_rows_changes_nothing() -> None:
    items = catalogue(unit_rows(40, 8), [place % 5 for place in range(40)], [["war"]] * 40)
    pairs = [(item, tag) for item in range(40) for tag in "abcdef"[item % 3 :]]
    first = baseline_tags(items, manual(*pairs), named("xy", unit_rows(2, 8)), 5).read_all()
    second = baseline_tags(items, manual(*pairs[::-1]), named("xy", unit_rows(2, 8)), 5).read_all()
    assert first == second


# --- nothing leaks


def test_a_tag_of_one_fold_is_predicted_for_none_of_its_items() -> None:
    """A unique tag on one item, and one on every item of its fold: neither may come back."""
    folds = [place % 5 for place in range(50)]
    same_fold = [place for place in range(50) if folds[place] == 2]
    # All texts are alike, so every baseline would give each tag it has seen to every item.
    vectors = normed(np.array([[1, 0]]) + unit_rows(50, 2) / 1000)
    tags = [(place, f"common {number}") for place in range(50) for number in range(5)]
    planted = [(same_fold[0], "planted"), *((place, "of the fold") for place in same_fold)]
    items = catalogue(vectors, folds, [["war"]] * 50)
    rows = baseline_tags(items, manual(*tags, *planted), named(), 25).read_all().to_pylist()
    given: dict[str, set[tuple[str, int]]] = {"planted": set(), "of the fold": set()}
    for row in rows:
        if row["tag"] in given:
            given[row["tag"]].add((row["system"], folds[int(row["item_id"][1:])]))
    assert not [fold for found in given.values() for _, fold in found if fold == 2]
    # It is there to be found: every baseline gives it to items of the other folds.
    assert {system for system, _ in given["of the fold"]} == BASELINES - {"nearest_base_tags"}


def test_an_item_s_list_is_the_same_whatever_its_fold_was_tagged_with() -> None:
    items = catalogue(unit_rows(50, 8), [place % 5 for place in range(50)], [["war"]] * 50)
    known = [(place, tag) for place in range(50) for tag in "abcdef" if (place + ord(tag)) % 3]
    changed = [pair for pair in known if pair[0] % 5 != 2] + [(2, "g"), (7, "a"), (12, "f")]
    names = named("xyz", unit_rows(3, 8))

    def of_fold_two(pairs: list[tuple[int, str]]) -> list[dict[str, object]]:
        rows = baseline_tags(items, manual(*pairs), names, 25).read_all().to_pylist()
        return [row for row in rows if int(row["item_id"][1:]) % 5 == 2]

    assert of_fold_two(known) == of_fold_two(changed)
