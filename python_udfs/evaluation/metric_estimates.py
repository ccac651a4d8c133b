"""Aggregates metrics of items to figures of systems: means over each slice, with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from python_udfs.evaluation.bootstrap import Estimates, Resamples

__all__ = ["METRICS", "METRIC_ESTIMATES", "REFERENCE", "metric_estimates"]

METRICS = ("precision", "recall", "mrr", "novelty")
REFERENCE = "tagsmith"
METRIC_ESTIMATES = pa.schema(
    [
        ("system", pa.string()),
        ("reference", pa.string()),
        ("truth", pa.string()),
        ("match_kind", pa.string()),
        ("k", pa.int32()),
        ("slice", pa.string()),
        ("metric", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("n_items", pa.int64()),
        ("n_labels", pa.int64()),
    ]
)

_GAUGE_COLUMNS = ("system", "truth", "match_kind", "k")
_LABELS = "n_true_tags"


def metric_estimates(
    gauges: pa.Table,
    slices: pa.Table,
    item_metrics: pa.RecordBatchReader,
    n_resamples: int,
    seed: int,
) -> pa.RecordBatchReader:
    """Return means over items of every gauge and slice, and differences to REFERENCE.

    `gauges`: the distinct system, truth, match_kind, k of `item_metrics`. `slices`: columns slice,
    item_id. `item_metrics`: the columns of a gauge, item_id, METRICS and n_true_tags, one row for
    each gauge and item; read batch by batch. Items without a slice are left out.

    Returns rows of METRIC_ESTIMATES, slice by slice. If reference is null, value is the
    mean; else the mean difference of system and reference on the items that both have. n_labels:
    true tags of these items. All figures share the same resamples, and the order of items does not
    matter.
    """
    read = _Measured.read(gauges, slices, item_metrics)
    resamples = Resamples.make(len(read.items), n_resamples, seed)
    return pa.RecordBatchReader.from_batches(METRIC_ESTIMATES, _estimates(read, slices, resamples))


@dataclass(frozen=True)
class _Measured:
    """All metrics: values float64 (n_items, n_gauges, n_metrics), NaN without a list.

    `items` are sorted; `gauges` is sorted by _GAUGE_COLUMNS. labels: float64 (n_items, n_gauges).
    """

    items: pa.StringArray
    gauges: pa.Table
    values: npt.NDArray[np.float64]
    labels: npt.NDArray[np.float64]

    @classmethod
    def read(cls, gauges: pa.Table, slices: pa.Table, batches: pa.RecordBatchReader) -> Self:
        items = pc.unique(slices["item_id"]).sort()
        ordered = gauges.sort_by([(name, "ascending") for name in _GAUGE_COLUMNS])
        known = _keys(ordered).combine_chunks()
        values = np.full((len(items), len(ordered), len(METRICS)), np.nan)
        labels = np.zeros((len(items), len(ordered)))
        for batch in batches:
            table = pa.Table.from_batches([batch])
            rows = np.asarray(pc.fill_null(pc.index_in(table["item_id"], value_set=items), -1))
            columns = np.asarray(pc.index_in(_keys(table), value_set=known))
            used = rows >= 0
            rows, columns = rows[used], columns[used]
            for place, metric in enumerate(METRICS):
                values[rows, columns, place] = table[metric].to_numpy()[used]
            labels[rows, columns] = table[_LABELS].to_numpy()[used]
        return cls(items, ordered, values, labels)

    def references(self) -> npt.NDArray[np.int64]:
        """Column of REFERENCE to compare each gauge with, int64 (n_gauges,); -1 if none."""
        as_reference = self.gauges.set_column(
            0, "system", pa.array([REFERENCE] * len(self.gauges), pa.string())
        )
        places = pc.index_in(_keys(as_reference), value_set=_keys(self.gauges).combine_chunks())
        found = np.asarray(pc.fill_null(places, -1)).astype(np.int64)
        found[np.asarray(pc.equal(self.gauges["system"], REFERENCE))] = -1
        return found


def _keys(table: pa.Table) -> pa.ChunkedArray:
    columns = [table[name].cast(pa.string()) for name in _GAUGE_COLUMNS]
    return pc.binary_join_element_wise(*columns, "\x1f")


def _estimates(read: _Measured, slices: pa.Table, resamples: Resamples) -> Iterator[pa.RecordBatch]:
    references = read.references()
    compared = np.flatnonzero(references >= 0)
    everything = np.arange(len(references))
    for name in sorted(pc.unique(slices["slice"]).to_pylist()):
        members = slices.filter(pc.equal(slices["slice"], name))["item_id"]
        items = np.unique(np.asarray(pc.index_in(members, value_set=read.items))).astype(np.int64)
        drawn = resamples.of(items)
        values, labels = read.values[items], read.labels[items]
        yield _rows(read.gauges, everything, name, drawn, values, labels)
        yield _rows(
            read.gauges,
            compared,
            name,
            drawn,
            values[:, compared] - values[:, references[compared]],
            labels[:, compared],
            REFERENCE,
        )


def _rows(
    gauges: pa.Table,
    chosen: npt.NDArray[np.int64],
    slice_name: str,
    resamples: Resamples,
    values: npt.NDArray[np.float64],
    labels: npt.NDArray[np.float64],
    reference: str | None = None,
) -> pa.RecordBatch:
    """One row per chosen gauge and metric that some item of the slice has."""
    n_labels = np.where(np.isnan(values[:, :, 0]), 0.0, labels).sum(axis=0)
    found: Estimates = resamples.means(values.reshape(len(values), len(chosen) * len(METRICS)))
    has_item = np.flatnonzero(found.n_items)
    named = gauges.take(pa.array(chosen[has_item // len(METRICS)]))
    n_rows = len(has_item)
    columns = [
        named["system"].combine_chunks(),
        pa.array([reference] * n_rows, pa.string()),
        named["truth"].combine_chunks(),
        named["match_kind"].combine_chunks(),
        named["k"].combine_chunks().cast(pa.int32()),
        pa.array([slice_name] * n_rows, pa.string()),
        pa.array(METRICS).take(pa.array(has_item % len(METRICS))),
        pa.array(found.value[has_item]),
        pa.array(found.low[has_item]),
        pa.array(found.high[has_item]),
        pa.array(found.n_items[has_item]),
        pa.array(n_labels[has_item // len(METRICS)].astype(np.int64)),
    ]
    return pa.record_batch(columns, schema=METRIC_ESTIMATES)
