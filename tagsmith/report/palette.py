"""Colours of charts: named in the chart, given by the page for light and dark."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["INK", "MARKS", "MUTED", "RULE", "Mark", "themed"]


@dataclass(frozen=True)
class Mark:
    """How a group of points is drawn: colour, and a shape for eyes and printers without it."""

    colour: str
    shape: str
    dash: tuple[int, ...]


# Vega needs colours; these stand for names, so that one drawing serves light and dark.
INK, MUTED, RULE = "#010101", "#020202", "#030303"
MARKS = (
    Mark("#050501", "diamond", (1, 0)),
    Mark("#050502", "circle", (6, 3)),
    Mark("#050503", "square", (2, 2)),
    Mark("#050504", "triangle-up", (8, 3, 2, 3)),
    Mark("#050505", "triangle-down", (4, 2)),
)
_NAMES = {
    INK: "ink",
    MUTED: "muted",
    RULE: "rule",
    **{mark.colour: f"mark-{place}" for place, mark in enumerate(MARKS)},
}


def themed(svg: str) -> str:
    """Return `svg` with the variables of the page in place of the colours that stand for them."""

    def variable(found: re.Match[str]) -> str:
        return f'{found[1]}="var(--{_NAMES[found[2]]})"'

    return re.sub(rf'\b(fill|stroke)="({"|".join(_NAMES)})"', variable, svg)
