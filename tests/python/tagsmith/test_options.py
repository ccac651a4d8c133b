"""Commands find the files of builds, wherever they are started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagsmith.cli import main
from tagsmith.options import project_folder
from tests.python.conftest import ROOT


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project below the current folder; no variable names files."""
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").touch()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.delenv("DBT_PROJECT_DIR", raising=False)
    monkeypatch.delenv("TAGSMITH_WAREHOUSE", raising=False)
    return folder


def test_the_project_is_named_or_around_the_folder_or_the_checkout(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "models")
    assert project_folder() == project
    monkeypatch.chdir(project.parent / "elsewhere")
    assert project_folder() == ROOT
    monkeypatch.setenv("DBT_PROJECT_DIR", "../project")
    assert project_folder().resolve() == project


def test_variables_and_defaults_start_at_the_project_and_options_here(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(*options: str) -> str:
        assert main(["diff", *options]) == 1
        return capsys.readouterr().err.partition(" does not exist")[0]

    here = project.parent / "elsewhere"
    monkeypatch.chdir(here)
    monkeypatch.setenv("DBT_PROJECT_DIR", str(project))
    assert missing() == str(project / "data/warehouse.duckdb")
    assert missing("--warehouse", "w.duckdb") == str(here / "w.duckdb")
    monkeypatch.setenv("TAGSMITH_WAREHOUSE", "mine/w.duckdb")
    assert missing() == str(project / "mine/w.duckdb")
    monkeypatch.setenv("TAGSMITH_WAREHOUSE", "/mine/w.duckdb")
    assert missing() == "/mine/w.duckdb"
