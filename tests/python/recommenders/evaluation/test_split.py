"""Recommenders never learn from test interactions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from python_udfs.errors import InputError
from python_udfs.recommenders.arrays import strings
from python_udfs.recommenders.evaluation import Split, hold_out_cold
from tests.python.recommenders.evaluation.worlds import catalogue, cold_items, interactions, world

ROWS = [
    ("u1", "w1", 1), ("u1", "w2", 2), ("u1", "c1", 3),
    ("u2", "w1", 9), ("u2", "w2", 8), ("u2", "c1", 1), ("u2", "odd", 1),
    ("u3", "c1", 1),
]  # fmt: skip
CATALOGUE = strings(["c1", "c2", "unseen", "w1", "w2"])


def split() -> Split:
    return hold_out_cold(interactions(ROWS), strings(["c1", "c2", "nowhere"]), CATALOGUE)


def pairs(split: Split, matrix: sparse.csr_matrix) -> set[tuple[str, str]]:
    users, items = matrix.nonzero()
    return set(zip(split.train.users[users], split.train.items[items], strict=True))


def test_cold_items_are_the_test_and_nothing_of_them_is_learnt() -> None:
    found = split()
    assert found.train.items.tolist() == ["c1", "c2", "w1", "w2"]
    assert found.train.items[found.is_cold].tolist() == ["c1", "c2"]
    assert pairs(found, found.train.matrix) == {
        ("u1", "w1"), ("u1", "w2"), ("u2", "w1"), ("u2", "w2"),
    }  # fmt: skip
    assert pairs(found, found.test) == {("u1", "c1"), ("u2", "c1")}


def test_what_is_left_out_is_counted() -> None:
    assert (split().n_unknown_rows, split().n_users_left_out) == (1, 1)


def test_the_last_interactions_of_each_user_can_be_tested_as_well() -> None:
    found = hold_out_cold(interactions(ROWS), strings(["c1"]), CATALOGUE, latest_share=0.5)
    assert pairs(found, found.train.matrix) == {("u1", "w1"), ("u2", "w2")}
    assert pairs(found, found.test) == {("u1", "w2"), ("u1", "c1"), ("u2", "w1"), ("u2", "c1")}


def test_a_leak_stops_the_experiment() -> None:
    found = split()
    leaked = found.train.matrix.tolil()
    leaked[0, 0] = 1
    with pytest.raises(InputError, match="1 interactions of cold items and 1 of the test"):
        replace(found, train=replace(found.train, matrix=leaked.tocsr()))


def test_cold_items_that_nobody_knows_are_named_as_such() -> None:
    with pytest.raises(InputError, match="no cold item is in"):
        hold_out_cold(interactions(ROWS), strings(["nowhere"]), CATALOGUE)


@pytest.mark.parametrize("rows", [[], [("u1", "c1", 1)], [("u1", "w1", 1)]])
def test_nothing_to_learn_or_to_test_is_an_error(rows: list[tuple[str, str, int]]) -> None:
    with pytest.raises(InputError, match="to learn from and"):
        hold_out_cold(interactions(rows), strings(["c1"]), CATALOGUE)


def test_the_order_of_the_rows_does_not_matter() -> None:
    table = world()
    shuffled = table.take(np.random.default_rng(1).permutation(table.num_rows))
    first, second = (
        hold_out_cold(rows, cold_items(), catalogue(), 0.2) for rows in (table, shuffled)
    )
    assert (first.train.matrix != second.train.matrix).nnz == 0
    assert (first.test != second.test).nnz == 0
