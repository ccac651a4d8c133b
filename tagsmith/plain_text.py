"""Values as plain text for a terminal: aligned tables, no control characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

__all__ = ["number", "plain", "table"]


def plain(value: object) -> str:
    """Text that is safe for a terminal: control characters become spaces."""
    return "".join(c if c.isprintable() else " " for c in str(value))


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def number(value: float | None, places: int = 3) -> str:
    """A score, or a dash if there is none."""
    return "-" if value is None else f"{value:.{places}f}"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a table with aligned columns."""
    cells = [list(header), *([plain(cell) for cell in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return [
        "  "
        + "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    ]
