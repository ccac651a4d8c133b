"""One command: it lists its subcommands, and its errors name a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagsmith.cli import main


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    for command in ("why", "diff", "summary", "report", "recommend", "rollback", "resume",
                    "nightly", "cold-start", "real-catalogue"):  # fmt: skip
        assert f" {command} " in said


def test_an_unknown_command_or_option_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reprot"]) == 2
    assert main(["why", "parasite", "--tga", "x"]) == 2
    assert "reprot" in capsys.readouterr().err


def test_the_warehouse_of_the_environment_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none.duckdb"
    monkeypatch.setenv("TAGSMITH_WAREHOUSE", str(missing))
    assert main(["why", "parasite"]) == 1
    assert str(missing) in capsys.readouterr().err
