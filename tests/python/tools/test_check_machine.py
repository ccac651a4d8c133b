"""A sentence names each requirement that the machine lacks, before any install."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.python.conftest import ROOT
from tools.check_machine import main, problems


def test_this_machine_lacks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 14, 0)])
def test_another_python_is_refused(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    (problem,) = problems(tmp_path)
    assert f"Python 3.{version[1]} is not supported" in problem
    assert "make PYTHON=python3.11" in problem


def test_a_python_without_venv_names_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "version_info", (3, 12, 3))
    (problem,) = problems(tmp_path)
    assert "apt-get install python3.12-venv" in problem


def test_another_system_and_a_full_disk_are_said_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2e9))
    system, disk = problems(tmp_path)
    assert "Linux on aarch64" in system
    assert f"only 2.0 GB are free in {tmp_path}" in disk


def test_make_says_that_there_is_no_python(tmp_path: Path) -> None:
    ran = subprocess.run(
        ["make", "install", "VENV=" + str(tmp_path / "venv"), "PYTHON=python-of-nobody"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode != 0
    assert "There is no python-of-nobody: install Python 3.11" in ran.stdout
    assert not (tmp_path / "venv").exists()
