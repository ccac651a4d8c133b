"""Builds the table of comparisons from the tables of the experiments' users and items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple, replace
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from python_udfs.evaluation.experiments.comparison import Comparison, Design
from python_udfs.evaluation.experiments.correction import corrected
from python_udfs.evaluation.experiments.coverage import Coverage, compare_coverage
from python_udfs.evaluation.experiments.means import compare_means, sample_ratio_p_value
from python_udfs.evaluation.experiments.moments import Moments
from python_udfs.settings import Settings

__all__ = ["COMPARISONS", "experiment_comparisons"]

_NUMBERS = (
    "ratio", "ratio_low", "ratio_high", "p_value", "minimum_detectable_effect", "planned_effect",
    "variance_reduction",
)  # fmt: skip
COMPARISONS = pa.schema(
    [(name, pa.string()) for name in ("experiment_id", "slice", "metric")]
    + [("n_users_a", pa.int64()), ("n_users_b", pa.int64())]
    + [("value_a", pa.float64()), ("value_b", pa.float64()), ("method", pa.string())]
    + [(name, pa.float64()) for name in _NUMBERS]
    + [("remark", pa.string()), ("p_value_adjusted", pa.float64())]
)
_Key = tuple[str, str]  # slice, metric


def experiment_comparisons(
    moments: duckdb.DuckDBPyRelation,
    items: duckdb.DuckDBPyRelation,
    rare_exposures: duckdb.DuckDBPyRelation,
    settings: Settings,
) -> pa.RecordBatchReader:
    """Return COMPARISONS of every experiment, slice and metric, and of its sample ratio.

    The relations are the models int_experiment_moments, _items and _rare_exposures. An experiment
    with users in only one group has just the row of its sample ratio.
    """
    design = Design(
        settings.experiment_alpha,
        settings.experiment_power,
        settings.experiment_permutations,
        settings.evaluation_seed,
    )

    def batches() -> Iterator[pa.RecordBatch]:
        for experiment_id, arms in _experiments(moments).items():
            of_this = duckdb.ColumnExpression("experiment_id") == duckdb.ConstantExpression(
                experiment_id
            )
            compared = _means(arms, design)
            sizes = _sizes(arms)
            shown, exposures = items.filter(of_this), rare_exposures.filter(of_this)
            for part in sorted({key[0] for key in arms}):
                coverage = _coverage(shown, exposures, part, sizes)
                compared[part, "coverage"] = compare_coverage(coverage, design)
            adjusted = corrected(
                [compared[key].p_value for key in sorted(compared)], settings.experiment_correction
            )
            rows = [
                (experiment_id, *key, *sizes, *astuple(compared[key]), p_value)
                for key, p_value in zip(sorted(compared), adjusted, strict=True)
            ]
            p_value = sample_ratio_p_value(*sizes, settings.experiment_users_ratio)
            ratio = sizes[1] / sizes[0] if sizes[0] else None
            srm = Comparison(sizes[0], sizes[1], "sample_ratio", ratio, p_value=p_value)
            rows.append((experiment_id, "all", "sample_ratio", *sizes, *astuple(srm), None))
            yield _batch(rows)

    return pa.RecordBatchReader.from_batches(COMPARISONS, batches())


def _experiments(moments: duckdb.DuckDBPyRelation) -> dict[str, dict[_Key, dict[str, Moments]]]:
    """Moments by experiment, then slice and metric, then arm, all in order."""
    found: dict[str, dict[_Key, dict[str, Moments]]] = defaultdict(lambda: defaultdict(dict))
    table = moments.order("experiment_id, slice, metric, arm").to_arrow_table()
    for row in table.to_pylist():
        arms = found[row["experiment_id"]][row["slice"], row["metric"]]
        arms[row["arm"]] = Moments.from_row(row)
    return found


def _sizes(arms: dict[_Key, dict[str, Moments]]) -> tuple[int, int]:
    of_any = next(iter(arms.values()))
    n_a, n_b = (of_any[arm].n_users if arm in of_any else 0 for arm in "ab")
    return n_a, n_b


def _means(arms: dict[_Key, dict[str, Moments]], design: Design) -> dict[_Key, Comparison]:
    found = {
        key: compare_means(both["a"], both["b"], design)
        for key, both in arms.items()
        if len(both) == 2
    }
    # The pre-period covers all items, so it explains a slice but does not show its spread.
    return {
        key: compared if key[0] == "all" else replace(compared, planned_effect=None)
        for key, compared in found.items()
    }


def _coverage(
    items: duckdb.DuckDBPyRelation,
    exposures: duckdb.DuckDBPyRelation,
    part: str,
    sizes: tuple[int, int],
) -> Coverage:
    if part == "cold_start":
        items, exposures = items.filter("is_cold_start"), exposures.filter("is_cold_start")
    counts = items.aggregate(
        "count(*), count(*) filter (where is_exposed_a), count(*) filter (where is_exposed_b)"
    )
    n_items, n_items_a, n_items_b = counts.fetchall()[0]
    # Ordered, so that codes and permutations do not depend on how the table was written.
    pairs = exposures.select("item_id", "user_id").order("item_id, user_id").to_arrow_table()
    item_codes, user_codes = _codes(pairs["item_id"]), _codes(pairs["user_id"])
    n_rare = int(item_codes.max()) + 1 if len(item_codes) else 0
    return Coverage(*sizes, n_items_a, n_items_b, n_items - n_rare, item_codes, user_codes)


def _codes(column: pa.ChunkedArray) -> Any:
    """Codes from 0 in the order of first appearance."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    return np.asarray(encoded.indices, dtype=np.int64)


def _batch(rows: list[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    arrays = [
        pa.array(column, type=field.type)
        for column, field in zip(columns, COMPARISONS, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=COMPARISONS)
