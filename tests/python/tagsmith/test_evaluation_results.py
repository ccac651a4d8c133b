"""The tables of an evaluation as a file, from a small warehouse."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from python_udfs.errors import InputError
from tagsmith.evaluation_results import write_evaluation
from tagsmith.warehouse import open_read_only
from tests.python.tagsmith.report.warehouses import write_warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = write_warehouse(tmp_path / "warehouse.duckdb", tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table sample_items as select item_id from stg_items")
    return path


def written(warehouse: Path, out: Path) -> str:
    with open_read_only(warehouse) as connection:
        write_evaluation(connection, out)
    return out.read_text(encoding="utf-8")


def test_figures_stand_with_their_intervals_and_the_run(warehouse: Path, tmp_path: Path) -> None:
    text = written(warehouse, tmp_path / "results" / "evaluation.md")
    for line in (
        "| version | 0.1 |",
        "| models | a-model |",
        "| calls in the ledger | 40, 2026-03-01 to 2026-03-01 |",
        "| system | P@5 | P@10 | P@25 | R@5 | R@10 | R@25 | MRR@10 | novelty@10 | items |",
        "| tagsmith | 0.190 | 0.180 | 0.150 | 0.190 | 0.180 [0.130, 0.230] | 0.150 | 0.180 | 0.180 "
        "| 100 |",
        "| tmdb | tagsmith | 0.180 [0.130, 0.230] | 0.360 [0.310, 0.410] | 100 |",
        "| text_only | +0.060 [0.020, 0.100] | better | +0.060 [0.020, 0.100] | 100 |",
        "| decade:1990s | 0.300 [0.200, 0.420] | 0.300 [0.200, 0.420] | 9 |",
        "| 10 | 120 | 60 % | 0.800 [0.720, 0.870] | 0.400 | 0.250 [0.200, 0.310] |",
        "| a | b | 200 | 90 % | 0.710 |",
        "| strict | a-model | 0.740 [0.700, 0.780] | 80 % | 40 % | 100 | 100 |",
        "| raw | 0.320 | 0.300 | 100 |",
        "| usd_per_item | 0.010 |  | USD | 20 | list prices |",
    ):
        assert f"\n{line}\n" in text
    # A family at a time, tagsmith first.
    systems = text.split("exact match", 1)[1].split("##", 1)[0]
    assert systems.index("| tagsmith") < systems.index("| text_only") < systems.index("| knn")


def test_the_sample_is_said_to_measure_nothing(warehouse: Path, tmp_path: Path) -> None:
    warning = "3 items of the sample, whose manual tags show formats and measure nothing"
    assert warning in written(warehouse, tmp_path / "sample.md")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from sample_items where item_id = 'parasite'")
    assert "| catalogue | 3 items |" in written(warehouse, tmp_path / "own.md")


def test_without_true_tags_nothing_is_written(warehouse: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from offline_metrics")
    with pytest.raises(InputError, match="no item has min_true_tags manual tags"):
        written(warehouse, tmp_path / "none.md")
    assert not (tmp_path / "none.md").exists()
