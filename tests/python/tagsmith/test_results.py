"""Files of results: complete, readable, with empty tables listed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tagsmith.results import Table, command_line, markdown_table, write_results


def test_a_cell_keeps_to_its_line_and_column() -> None:
    assert markdown_table(["a", "b"], [["x|y", "one\ntwo"]]) == [
        "| a | b |", "|---|---|", r"| x\|y | one two |",
    ]  # fmt: skip


def test_a_file_says_what_was_run_then_its_tables_and_which_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "new" / "evaluation.md"
    full = Table("Systems", ["system"], [["tagsmith"]], "Higher is better.")
    facts = {"command": "make evaluate", "version": "1"}
    write_results(path, "Evaluation", facts, [full, Table("Slices", ["s"], [])])
    assert path.read_text(encoding="utf-8").split("\n\n") == [
        "# Evaluation",
        "Written by the command below; edits are lost with its next run.",
        "| run |  |\n|---|---|\n| command | make evaluate |\n| version | 1 |",
        "## Systems",
        "Higher is better.",
        "| system |\n|---|\n| tagsmith |",
        "No rows in this run: Slices.\n",
    ]
    assert [file.name for file in path.parent.iterdir()] == ["evaluation.md"]


@pytest.mark.parametrize(
    ("original", "given", "command"),
    [
        (["/v/python", "/v/tagsmith", "diff"], ["/v/tagsmith", "diff"], "tagsmith diff"),
        (["/v/python", "-m", "benchmarks.x", "--users", "1 0"], ["/v/x.py"],
         "python -m benchmarks.x --users '1 0'"),
    ],
)  # fmt: skip
def test_the_command_is_what_one_types(
    monkeypatch: pytest.MonkeyPatch, original: list[str], given: list[str], command: str
) -> None:
    monkeypatch.setattr(sys, "orig_argv", original)
    monkeypatch.setattr(sys, "argv", given)
    assert command_line() == command
