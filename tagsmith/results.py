"""Write the results of a measurement as one Markdown file: facts of the run, then its tables.

Commands that measure write their files here, so no figure is typed by hand.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "Table",
    "command_line",
    "headline_k",
    "markdown_table",
    "write_page",
    "write_results",
]

_HEADLINE_K = 10


@dataclass(frozen=True)
class Table:
    """A table with its title and a note that explains it."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def headline_k(ks: Sequence[int]) -> int:
    """Return the k that a page shows first, of ascending `ks`: 10, or the middle one without it."""
    return _HEADLINE_K if _HEADLINE_K in ks else ks[len(ks) // 2]


def write_page(path: Path, text: str) -> None:
    """Write `text` to `path` atomically; creates its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def markdown_table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table; escapes pipes in cells, turns line breaks into spaces."""
    cells = [
        [" ".join(cell.replace("|", r"\|").splitlines()) for cell in line]
        for line in (header, *lines)
    ]
    body = [f"| {' | '.join(line)} |" for line in cells]
    return [body[0], "|" + "---|" * len(header), *body[1:]]


def command_line() -> str:
    """The command of this process, as typed in the project's folder."""
    if sys.orig_argv[1:2] == ["-m"]:
        return shlex.join(["python", *sys.orig_argv[1:]])
    return shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])


def write_results(
    path: Path, title: str, facts: Mapping[str, str], tables: Sequence[Table]
) -> None:
    """Write `path` atomically: the title, `facts` about the run, and the tables with rows.

    Lists empty tables at the end, so that a gap is visible.
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
    write_page(path, "\n".join(lines) + "\n")
