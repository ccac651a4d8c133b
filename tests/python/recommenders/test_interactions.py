"""Interactions and features as matrices: included and excluded rows."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from python_udfs.recommenders import Interactions, ItemFeatures
from tests.python.recommenders.conftest import ITEMS, ROWS, TAGS, consumed, tagged


def test_a_pair_weighs_one_however_often_it_stands(interactions: Interactions) -> None:
    twice = Interactions.from_arrow(consumed([*reversed(ROWS), *ROWS]), ITEMS)
    assert list(twice.users) == ["u1", "u2", "u3"]
    assert twice.matrix.toarray().tolist() == [[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0]]
    assert (twice.matrix != interactions.matrix).nnz == 0
    assert twice.matrix.dtype == np.float32


def test_weights_of_a_pair_are_added() -> None:
    table = consumed([("u", "a"), ("u", "a"), ("u", "b")])
    weighted = table.append_column("weight", pa.array([0.5, 1.5, 3.0]))
    assert Interactions.from_arrow(weighted, ("a", "b")).matrix.toarray().tolist() == [[2, 3]]


def test_unknown_items_are_left_out_and_their_users_stay() -> None:
    found = Interactions.from_arrow(
        consumed([("u1", "zz"), ("u2", "a"), (None, "a"), ("u3", None)]), ITEMS
    )
    assert list(found.users) == ["u1", "u2"]
    assert found.matrix.toarray().tolist() == [[0, 0, 0, 0], [1, 0, 0, 0]]


def test_no_interactions_are_an_empty_matrix() -> None:
    found = Interactions.from_arrow(consumed([]), ITEMS)
    assert found.matrix.shape == (0, 4)
    assert len(found.users) == 0


def test_features_of_unknown_items_are_left_out_and_the_greatest_weight_counts() -> None:
    rows = [("a", "x", 0.2), ("a", "x", 0.7), ("zz", "y", 1.0), ("b", None, 1.0), ("b", "x", None)]
    found = ItemFeatures.from_arrow(tagged(rows), ("a", "b"))
    assert list(found.features) == ["x"]
    assert found.matrix.toarray() == pytest.approx(np.array([[0.7], [0.0]]))


def test_idf_counts_items_with_features_and_rows_have_length_one(features: ItemFeatures) -> None:
    # Three items have tags: x and y on two of them, q on one.
    common, rare = math.log1p(1.5 / 2.5), math.log1p(2.5 / 1.5)
    weighted = features.idf_weighted()
    assert list(weighted.features) == ["q", "x", "y"]
    length_a = math.hypot(0.5 * common, common)
    length_d = math.hypot(rare, common)
    expected = [
        [0, 0.5 * common / length_a, common / length_a],
        [0, 0, 0],
        [0, 1, 0],
        [rare / length_d, 0, common / length_d],
    ]
    assert weighted.matrix.toarray() == pytest.approx(np.array(expected))


def test_a_tag_of_every_item_still_counts_a_little() -> None:
    rows = [("a", "x", 1.0), ("b", "x", 1.0)]
    assert ItemFeatures.from_arrow(tagged(rows), ("a", "b")).idf_weighted().matrix.nnz == 2


def test_features_may_be_empty() -> None:
    found = ItemFeatures.from_arrow(tagged([]), ITEMS)
    assert found.idf_weighted().matrix.shape == (4, 0)
    assert ItemFeatures.from_arrow(tagged(TAGS), ()).matrix.shape == (0, 0)
