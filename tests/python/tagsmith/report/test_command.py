"""`make report` writes one complete file, or explains the error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagsmith.cli import main
from tests.python.tagsmith.report.warehouses import write_warehouse


def test_the_page_is_written_whole_into_a_new_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb", tmp_path)
    out = tmp_path / "new" / "report.html"
    assert main(["report", "--warehouse", str(warehouse), "--out", str(out), "--items", "1"]) == 0
    assert out.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [path.name for path in out.parent.iterdir()] == ["report.html"]
    assert f"{out}: " in capsys.readouterr().out


def test_a_missing_warehouse_is_said_and_leaves_the_last_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    out.write_text("the last page")
    assert main(["report", "--warehouse", str(tmp_path / "none.duckdb"), "--out", str(out)]) == 1
    assert "run `make build` first" in capsys.readouterr().err
    assert out.read_text() == "the last page"


def test_a_negative_number_of_items_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--warehouse", str(tmp_path / "none.duckdb"), "--items", "-1"]
    assert main(["report", *asked]) == 2
    assert "--items" in capsys.readouterr().err
