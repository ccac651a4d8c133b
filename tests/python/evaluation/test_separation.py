"""AUC of own against foreign tags: its definition, its interval by item, its edges."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from python_udfs.evaluation.separation import SEPARATIONS, separations

Row = tuple[str, bool, float]


def scores(*rows: Row, evaluator: str = "strict") -> pa.Table:
    return pa.table({
        "item_id": [row[0] for row in rows],
        "is_own": [row[1] for row in rows],
        "evaluator": [evaluator] * len(rows),
        "verdict_score": [row[2] for row in rows],
    })  # fmt: skip


def drawn(n_items: int, tags: int = 5, lift: float = 0.2) -> list[Row]:
    random = np.random.default_rng(3)
    rows = []
    for item, is_own in product(range(n_items), [True, False]):
        base = random.normal(0.4, 0.1)
        for value in random.normal(base + lift * is_own, 0.1, tags).clip(0, 1).round(2):
            rows.append((f"i{item}", is_own, float(value)))
    return rows


def one(table: pa.Table, n_resamples: int = 200, seed: int = 1) -> dict[str, Any]:
    found = separations(table, n_resamples, seed)
    assert found.schema == SEPARATIONS
    (row,) = found.to_pylist()
    return dict(row)


def test_it_is_the_share_of_pairs_in_order_a_tie_half() -> None:
    rows = drawn(12)
    own = [score for _, is_own, score in rows if is_own]
    foreign = [score for _, is_own, score in rows if not is_own]
    pairs = [(a > b) + 0.5 * (a == b) for a, b in product(own, foreign)]
    found = one(scores(*rows))
    assert found["auc"] == pytest.approx(np.mean(pairs))
    assert found["n_items"] == 12
    assert found["low"] < found["auc"] < found["high"]


def test_scores_that_say_nothing_are_chance() -> None:
    found = one(scores(("a", True, 0.5), ("a", False, 0.5), ("b", True, 0.5), ("b", False, 0.5)))
    assert (found["auc"], found["low"], found["high"]) == (0.5, 0.5, 0.5)


def test_the_interval_is_of_items_and_not_of_tags() -> None:
    rows = drawn(20)
    copies = [row for row in rows for _ in range(4)]
    assert one(scores(*copies)) == one(scores(*rows))
    more_items = [(f"{item}-{n}", is_own, score) for item, is_own, score in rows for n in range(4)]
    narrow, wide = one(scores(*more_items)), one(scores(*rows))
    assert narrow["high"] - narrow["low"] < 0.7 * (wide["high"] - wide["low"])


def test_a_seed_gives_one_interval() -> None:
    table = scores(*drawn(10))
    assert one(table, seed=1) == one(table, seed=1)
    assert one(table, seed=1) != one(table, seed=2)


def test_each_evaluator_has_its_own_row() -> None:
    good = scores(("a", True, 0.9), ("a", False, 0.1), evaluator="lenient")
    bad = scores(("a", True, 0.1), ("a", False, 0.9), ("b", False, 0.9), evaluator="strict")
    found = separations(pa.concat_tables([bad, good]), 50, 1).to_pylist()
    assert [(row["evaluator"], row["auc"], row["n_items"]) for row in found] == [
        ("lenient", 1.0, 1), ("strict", 0.0, 2),
    ]  # fmt: skip


@pytest.mark.parametrize("is_own", [True, False])
def test_without_an_own_or_a_foreign_tag_there_is_none(is_own: bool) -> None:
    found = one(scores(("a", is_own, 0.9), ("b", is_own, 0.1)))
    assert (found["auc"], found["low"], found["high"]) == (None, None, None)


def test_draws_that_lack_a_kind_do_not_count() -> None:
    found = one(scores(("a", True, 0.9), ("b", False, 0.1)))
    assert (found["auc"], found["low"], found["high"]) == (1.0, 1.0, 1.0)


def test_no_controls_give_no_rows() -> None:
    empty = scores().cast(
        pa.schema([
            ("item_id", pa.string()), ("is_own", pa.bool_()), ("evaluator", pa.string()),
            ("verdict_score", pa.float64()),
        ])
    )  # fmt: skip
    found = separations(empty, 50, 1)
    assert (found.schema, found.num_rows) == (SEPARATIONS, 0)
