"""The same bytes and the same questions on every system, whatever git makes of line ends."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from python_udfs.llm.prompts import prompt_hashes
from tests.python.conftest import ROOT

PROMPTS = ROOT / "python_udfs/prompts"


def test_a_checkout_has_lf_even_where_git_is_set_to_crlf(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no git checkout")
    git = ("git", "-c", "core.autocrlf=true", "-C", str(tmp_path))
    subprocess.run([*git, "init", "-q"], check=True)
    for name in (".gitattributes", "python_udfs/prompts/evaluate.j2", "seeds/sample_items.csv"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((ROOT / name).read_bytes())
    subprocess.run([*git, "add", "--all"], check=True)
    for file in (tmp_path / "python_udfs/prompts/evaluate.j2", tmp_path / "seeds/sample_items.csv"):
        file.unlink()
    subprocess.run([*git, "checkout", "-q", "--", "."], check=True)
    for name in ("python_udfs/prompts/evaluate.j2", "seeds/sample_items.csv"):
        assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes()


def test_prompts_with_other_line_ends_are_the_same_prompts(tmp_path: Path) -> None:
    for file in PROMPTS.glob("*.j2"):
        if file.stem != "repair":
            crlf = file.read_bytes().replace(b"\n", b"\r\n")
            (tmp_path / file.name).write_bytes(crlf)
    assert prompt_hashes(str(tmp_path)) == prompt_hashes()
