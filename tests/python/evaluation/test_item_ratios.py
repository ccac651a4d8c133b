"""Shares of tags, with the tags of an item drawn together."""

from __future__ import annotations

import pyarrow as pa

from python_udfs.evaluation.item_ratios import ITEM_RATIOS, item_ratios


def counts(rows: list[tuple[str, str, int, int]]) -> pa.Table:
    names = ("figure", "item_id", "hits", "tags")
    types = (pa.string(), pa.string(), pa.int64(), pa.int64())
    return pa.table(
        [pa.array([row[place] for row in rows], types[place]) for place in range(4)],
        schema=pa.schema(zip(names, types, strict=True)),
    )


def test_hits_and_tags_are_summed_over_items() -> None:
    found = item_ratios(counts([("x", "a", 1, 2), ("x", "b", 2, 2), ("y", "b", 0, 3)]), 200, 1)
    assert found.schema == ITEM_RATIOS
    x, y = found.to_pylist()
    assert (x["figure"], x["value"], x["n_items"], x["n_tags"]) == ("x", 0.75, 2, 4)
    assert (x["low"], x["high"]) == (0.5, 1.0)
    assert (y["figure"], y["value"], y["low"], y["high"], y["n_items"]) == ("y", 0, 0, 0, 1)


def test_tags_of_one_item_are_no_independent_draws() -> None:
    together = item_ratios(counts([("x", "a", 50, 50), ("x", "b", 0, 50)]), 500, 1)
    apart = [("x", f"{n:03}", n % 2, 1) for n in range(100)]
    wide = together["high"][0].as_py() - together["low"][0].as_py()
    narrow_table = item_ratios(counts(apart), 500, 1)
    narrow = narrow_table["high"][0].as_py() - narrow_table["low"][0].as_py()
    assert wide == 1
    assert narrow < 0.25


def test_nothing_counted_gives_no_figure() -> None:
    assert item_ratios(counts([]), 100, 1).num_rows == 0
