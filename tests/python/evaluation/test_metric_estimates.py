"""Figures of systems by slice, and paired differences to Tagsmith."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from python_udfs.evaluation.metric_estimates import METRIC_ESTIMATES, METRICS, metric_estimates

_ITEMS = ("a", "b", "c")
# Precision by system and item; the other metrics follow from it below.
_PRECISION = {
    "tagsmith": {"a": 0.2, "b": 0.4, "c": 0.6},
    "baseline": {"a": 0.4, "b": 0.6},
    "human:zoe": {"c": 1.0},
}
_SLICES = [("all", item) for item in _ITEMS] + [("popular", "a"), ("popular", "b")]


def rows_of(precision: dict[str, dict[str, float]]) -> list[dict[str, Any]]:
    return [
        {
            "system": system, "truth": "all", "match_kind": "exact", "k": 5, "item_id": item,
            "precision": value, "recall": value / 2, "mrr": 1.0, "novelty": 0.5,
            "n_true_tags": 10 + _ITEMS.index(item),
        }
        for system, by_item in precision.items()
        for item, value in by_item.items()
    ]  # fmt: skip


def estimates(rows: list[dict[str, Any]], slices: list[tuple[str, str]]) -> pa.Table:
    table = pa.Table.from_pylist(rows)
    gauges = (
        table.select(["system", "truth", "match_kind", "k"])
        .group_by(["system", "truth", "match_kind", "k"])
        .aggregate([])
    )
    members = pa.table(
        {"slice": [name for name, _ in slices], "item_id": [item for _, item in slices]}
    )
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(2))
    found = metric_estimates(gauges, members, reader, 200, 1).read_all()
    assert found.schema == METRIC_ESTIMATES
    return found


def figure(found: pa.Table, **wanted: Any) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        row
        for row in found.to_pylist()
        if all(row[name] == value for name, value in wanted.items())
    ]
    assert len(rows) == 1
    return rows[0]


def test_means_stand_with_their_items_and_labels() -> None:
    found = estimates(rows_of(_PRECISION), _SLICES)
    whole = figure(found, system="tagsmith", slice="all", metric="precision", reference=None)
    assert (whole["value"], whole["n_items"], whole["n_labels"]) == (0.4, 3, 33)
    assert 0.2 <= whole["low"] < 0.4 < whole["high"] <= 0.6
    recall = figure(found, system="baseline", slice="all", metric="recall", reference=None)
    assert (recall["value"], recall["n_items"], recall["n_labels"]) == (0.25, 2, 21)
    part = figure(found, system="tagsmith", slice="popular", metric="precision", reference=None)
    assert (part["value"], part["n_items"]) == (pytest.approx(0.3), 2)


def test_differences_are_paired_on_the_items_that_both_have() -> None:
    found = estimates(rows_of(_PRECISION), _SLICES)
    difference = figure(
        found, system="baseline", slice="all", metric="precision", reference="tagsmith"
    )
    # 0.2 on each common item: no doubt is left, although the systems themselves vary.
    assert [difference[name] for name in ("value", "low", "high", "n_items")] == [0.2, 0.2, 0.2, 2]
    assert difference["n_labels"] == 21


def test_the_reference_is_not_compared_with_itself_nor_anyone_without_common_items() -> None:
    found = estimates(rows_of(_PRECISION), _SLICES)
    compared = {
        (row["system"], row["slice"]) for row in found.to_pylist() if row["reference"] is not None
    }
    assert compared == {("baseline", "all"), ("baseline", "popular"), ("human:zoe", "all")}


def test_without_tagsmith_there_are_no_differences() -> None:
    only_baseline = {"baseline": _PRECISION["baseline"]}
    found = estimates(rows_of(only_baseline), _SLICES)
    assert set(found["reference"].to_pylist()) == {None}
    assert set(found["metric"].to_pylist()) == set(METRICS)


def test_the_order_of_rows_does_not_matter() -> None:
    rows, slices = rows_of(_PRECISION), list(_SLICES)
    assert estimates(rows[::-1], slices[::-1]).equals(estimates(rows_of(_PRECISION), _SLICES))


def test_items_of_no_slice_are_left_out() -> None:
    found = estimates(rows_of(_PRECISION), [("all", "a")])
    whole = figure(found, system="tagsmith", metric="precision", reference=None)
    assert (whole["value"], whole["n_items"]) == (0.2, 1)


def test_without_anything_measured_there_are_no_figures() -> None:
    nothing = pa.Table.from_pylist(rows_of(_PRECISION)).slice(0, 0)
    members = pa.table({"slice": pa.array([], pa.string()), "item_id": pa.array([], pa.string())})
    reader = pa.RecordBatchReader.from_batches(nothing.schema, [])
    assert metric_estimates(nothing, members, reader, 100, 1).read_all().num_rows == 0
