"""The commands behind `make rollback` and `make resume`, on a ledger file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.measured import ledger_tables
from python_udfs.publishing import PublishedFolder, Version
from tagsmith.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PublishedFolder:
    """Two versions and their ledger."""
    ledger, root = tmp_path / "ledger.duckdb", tmp_path / "published"
    monkeypatch.setenv("TAGSMITH_LEDGER", str(ledger))
    monkeypatch.setenv("TAGSMITH_PUBLISH_DIR", str(root))
    with duckdb.connect() as connection:
        connection.execute(f"attach '{ledger}' as ledger")
        connection.execute(ledger_tables())
        found = PublishedFolder(root)
        for day in (1, 2):
            name = f"2026030{day}T120000000Z-0000000{day}"
            version = Version(name, str(day), 1, 1, "1", f"2026-03-0{day}T12:00:00")
            rows = {"item_features": "select 'a' as item_id, 1 as n"}
            found.publish(version, connection, rows)
    return found


def test_one_goes_back_is_told_and_resumes(
    folder: PublishedFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = folder.versions()
    assert main(["rollback", "--list"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{first} ", f"{second} (current)"]
    assert main(["rollback"]) == 0
    assert f"current is {first} again" in capsys.readouterr().out
    assert main(["rollback", "--version", second]) == 0
    assert (folder.root / "current").readlink() == Path(second)
    assert main(["resume"]) == 0
    assert main(["resume"]) == 1
    assert "nothing to resume" in capsys.readouterr().err


def test_what_cannot_be_done_is_said_with_the_remedy(
    folder: PublishedFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rollback", "--version", "none"]) == 1
    assert "has no version none" in capsys.readouterr().err
    (tmp_path / "ledger.duckdb").unlink()
    assert main(["rollback"]) == 1
    assert "TAGSMITH_LEDGER" in capsys.readouterr().err
