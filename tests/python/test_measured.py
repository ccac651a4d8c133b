"""A benchmark writes exactly its printed output, with a description of the machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.measured import Results, Run, slowest_models


def test_runs_are_printed_and_written_with_the_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = Results("publish", "Publication", load=3.2, folder=tmp_path / "benchmarks")
    results.add_runs("Runs", {"first": Run(30.31, 37.9, 2221, 0.42)})
    results.add_counts({"item_tags": 1_300_000})
    assert "first  30.3 s  37.9 s  2,221 MB  0.4" in capsys.readouterr().out
    results.write()
    text = (tmp_path / "benchmarks" / "publish.md").read_text(encoding="utf-8")
    assert text.startswith("# Publication\n")
    for line in (
        "| load of the minute before | 3.2 (above 1 or so something else ran) |",
        "| run | wall | CPU | peak memory | load before |",
        "| first | 30.3 s | 37.9 s | 2,221 MB | 0.4 |",
        "| item_tags | 1,300,000 |",
    ):
        assert f"\n{line}\n" in text
    assert "| machine | " in text
    assert "duckdb " in text


def test_only_models_are_the_slowest_models(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    seconds = {
        "test.tagsmith.unique_item_tags.0ab": 9,
        "model.tagsmith.a": 1,
        "model.tagsmith.b": 2,
    }
    results = [{"unique_id": name, "execution_time": s} for name, s in seconds.items()]
    (tmp_path / "target" / "run_results.json").write_text(json.dumps({"results": results}))
    assert slowest_models(tmp_path) == [("b", 2), ("a", 1)]
