"""The five sentences agree with the tables, in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tagsmith.report.page import open_blocks, read_section


@pytest.fixture
def connection(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse)) as opened:
        yield opened


def _sentences(connection: duckdb.DuckDBPyConnection) -> list[str]:
    blocks = read_section(open_blocks(connection), "summary")["blocks"]
    return [block["text"].replace("\u00a0", " ").replace("\u2212", "-") for block in blocks]


def test_there_are_five_and_each_ends(connection: duckdb.DuckDBPyConnection) -> None:
    sentences = _sentences(connection)
    assert len(sentences) == 5
    assert all(s.endswith(".") and not s.endswith("..") for s in sentences)


def test_the_first_counts_items_tags_and_calls(connection: duckdb.DuckDBPyConnection) -> None:
    assert _sentences(connection)[0] == (
        "Tagsmith gave 3 tags to 2 of 2 items, 1.5 per item, of which 67 % are in the "
        "schema and 33 % are novel, with 40 model calls for 0.25 USD."
    )


def test_the_second_compares_with_the_best_baseline_by_the_interval_of_the_difference(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    said = _sentences(connection)[1]
    assert "18 % [0.13, 0.23] are tags that people gave by exact match" in said
    assert "20 % of the best baseline (kNN tag transfer, which is better than Tagsmith)" in said
    connection.execute(
        "update system_differences set verdict = 'no difference shown' "
        "where system = 'knn_transfer'"
    )
    assert "(kNN tag transfer, no clear difference)" in _sentences(connection)[1]
    connection.execute("delete from offline_metrics where system = 'knn_transfer'")
    assert "(most popular tags, which is worse than Tagsmith)" in _sentences(connection)[1]


def test_the_third_names_stages_by_what_their_absence_does(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert _sentences(connection)[2] == (
        "Of 3 variants with one stage removed or changed, 1 agrees less with people (without "
        "ensemble -0.07), 1 agrees more with people (text only +0.06), and the other 1 show no "
        "difference (semantic precision at 10)."
    )
    connection.execute("update system_differences set verdict = 'no difference shown'")
    assert "none agrees less with people, none agrees more" in _sentences(connection)[2]


def test_the_fourth_holds_the_evaluators_against_the_bar_of_the_build(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    said = _sentences(connection)[3]
    assert "lenient 0.61 [0.55, 0.67], mean 0.69 [0.63, 0.75] and strict 0.74" in said
    assert "the bar of 0.7 is not reached; calibration reduces" in said
    assert said.endswith("from 0.32 to 0.04.")
    connection.execute("insert into run_settings values ('min_evaluator_auc', '0.6')")
    assert "the bar of 0.6 is reached" in _sentences(connection)[3]


def test_the_fifth_counts_only_what_is_significant_and_says_what_is_missing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert _sentences(connection)[4] == (
        "In 1 A/B test 1 of 2 metrics differ (B/A: CTR 1.20 [1.10, 1.30]); against work by hand "
        "Tagsmith changes minutes per item by -95.0 % (paper: -87.3 %)."
    )
    connection.execute("update experiment_metrics set is_significant = false")
    assert "In 1 A/B test no metric of all items differs;" in _sentences(connection)[4]
    connection.execute("drop table efficiency")
    assert _sentences(connection)[4].endswith(
        "the saving against work by hand is not known yet: the table efficiency is not in this "
        "warehouse: run `make build`."
    )
