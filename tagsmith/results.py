"""Results of a measurement as one Markdown file: what was run, then its tables.

Commands that measure write their files with this, so that no figure is typed.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Table", "command_line", "markdown_table", "write_results"]


@dataclass(frozen=True)
class Table:
    """A table with its title, and a note on how to read it."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def markdown_table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table; a pipe within a cell is escaped, a line break is a space."""
    cells = [
        [" ".join(cell.replace("|", r"\|").splitlines()) for cell in line]
        for line in (header, *lines)
    ]
    body = [f"| {' | '.join(line)} |" for line in cells]
    return [body[0], "|" + "---|" * len(header), *body[1:]]


def command_line() -> str:
    """The command of this process as one types it in the project's folder."""
    if sys.orig_argv[1:2] == ["-m"]:
        return shlex.join(["python", *sys.orig_argv[1:]])
    return shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])


def write_results(
    path: Path, title: str, facts: Mapping[str, str], tables: Sequence[Table]
) -> None:
    """Write `path` whole: the title, what was run (`facts`), the tables that have a row.

    Tables without one are named at the end, so that a gap is no oversight.
    """
    lines = [
        f"# {title}",
        "",
        "Written by the command below; edits are lost with its next run.",
        "",
    ]
    lines += markdown_table(("run", ""), facts.items())
    for table in tables:
        if table.rows:
            lines += ["", f"## {table.title}", ""]
            lines += [table.note, ""] if table.note else []
            lines += markdown_table(table.header, table.rows)
    empty = [table.title for table in tables if not table.rows]
    if empty:
        lines += ["", f"No rows in this run: {'; '.join(empty)}."]
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.replace(path)
