"""The summary that `make build` prints at its end."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tagsmith.cli import main


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table llm_calls as select timestamp '2026-03-01 12:00:00' "
            "+ interval (i) hour as started_at, 0.5::double as cost_usd, 1::double as reserved_usd "
            "from range(4) as t (i)"
        )
        connection.execute(
            "create table llm_estimates as select timestamp '2026-03-01 12:00:00' "
            "+ interval (i) hour as estimated_at, i <> 3 as is_asked, 1.25::double as cost_usd, "
            "0.75::double as cost_usd_low, 2::double as cost_usd_high from range(4) as t (i)"
        )
    return path


def test_the_summary_says_what_there_is_what_it_took_and_where_to_look(
    warehouse: Path, ledger_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started_at = "1772373600"  # 2026-03-01 14:00:00 UTC
    code = main(
        [
            "summary",
            "--warehouse",
            str(warehouse),
            "--ledger",
            str(ledger_file),
            "--started-at",
            started_at,
        ]
    )
    said = capsys.readouterr().out
    assert code == 0
    for line in (
        "2 (1 without tags), 3 input rows or values rejected",
        "texts     0.4% only placeholders, 0.0% lost markup",
        "2 (1.0 per item): 50% mapped, 50% novel",
        "1,234 ever (7 failed), 2 in this build",
        "build     1.0000 USD, expected 1.2500 (0.7500 to 2.0000)",
        "90,000 read (60,000 from the cache), 5,000 written",
        "0.2500 USD and 2 calls without a known price",
        "minutes ",
        "2 questions without an answer: table question_failures",
        "4 questions wait in them; build again later",
        "3 questions not attempted, about 0.7500 USD",
        "/data/published/current",
        "Parasite: class divide, smell of poverty*",
        'make why ITEM="parasite"',
    ):
        assert line in said


def test_a_build_without_tags_and_publication_is_summed_up_as_well(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update item_features set n_tags = 0")
        connection.execute("update run_health set value = null where measure <> 'tags_per_item'")
        connection.execute("update publications set is_of_this_build = false")
        connection.execute(
            "update pipeline_summary set n_tags = 0, tags_per_item = null, mapped_share = null, "
            "novel_share = null"
        )
    assert main(["summary", "--warehouse", str(warehouse)]) == 0
    said = capsys.readouterr().out
    assert "0 (- per item): - mapped, - novel" in said
    assert "not this build" in said
    assert "texts " not in said


def test_a_warehouse_that_is_not_built_whole_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "half.duckdb"
    duckdb.connect(str(path)).close()
    assert main(["summary", "--warehouse", str(path)]) == 1
    assert "is only partly built" in capsys.readouterr().err
    assert main(["summary", "--warehouse", str(tmp_path / "none.duckdb")]) == 1
    assert "does not exist" in capsys.readouterr().err
