"""What charts are made of: panels, points, and how groups become colours, shapes and dashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from tagsmith.report.palette import INK, MARKS

__all__ = [
    "LinePoint",
    "Panel",
    "Point",
    "axis_format",
    "colour",
    "dash",
    "heading",
    "reference_line",
    "scale_of",
    "shape",
]


@dataclass(frozen=True)
class Point:
    """One value with its interval; rows are named by `label`, groups by `group`."""

    panel: str
    label: str
    group: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class LinePoint:
    """One point of the line `group`."""

    panel: str
    group: str
    x: float
    y: float


@dataclass(frozen=True)
class Panel:
    """A plot of a chart: its heading, the names of its axes, a reference and the x range."""

    name: str
    x_title: str
    y_title: str = ""
    reference: float | None = None
    x_domain: tuple[float, float] | None = None
    y_domain: tuple[float, float] | None = None
    is_share: bool = False
    is_from_zero: bool = False


def colour(groups: Mapping[str, int]) -> alt.Color:
    """Return the colour of each group, by its place in the palette."""
    colours = [MARKS[place].colour for place in groups.values()]
    scale = alt.Scale(domain=list(groups), range=colours)
    return alt.Color("group:N", scale=scale, legend=None)


def shape(groups: Mapping[str, int]) -> alt.Shape:
    """Return the shape of each group."""
    shapes = [MARKS[place].shape for place in groups.values()]
    return alt.Shape("group:N", scale=alt.Scale(domain=list(groups), range=shapes), legend=None)


def dash(groups: Mapping[str, int]) -> alt.StrokeDash:
    """Return the dash of the line of each group."""
    dashes = [list(MARKS[place].dash) for place in groups.values()]
    scale = alt.Scale(domain=list(groups), range=dashes)
    return alt.StrokeDash("group:N", scale=scale, legend=None)


def scale_of(domain: tuple[float, float] | None, is_zero: bool = False) -> alt.Scale:
    """Return the scale of an axis: `domain` as it is, else by the data, from 0 if `is_zero`."""
    return alt.Scale(domain=list(domain), nice=False) if domain else alt.Scale(zero=is_zero)


def reference_line(at: float, scale: alt.Scale) -> alt.Chart:
    """Return a dashed vertical line at `at`."""
    line = alt.Chart(alt.InlineData(values=[{"at": at}]))
    drawn: alt.Chart = line.mark_rule(color=INK, strokeDash=[4, 3], opacity=0.7).encode(
        x=alt.X("at:Q", scale=scale)
    )
    return drawn


def axis_format(panel: Panel) -> str:
    """Return the format of the numbers of an axis."""
    return "%" if panel.is_share else "~f"


def heading(panel: Panel, panels: Sequence[Panel]) -> str:
    """Return the name of a panel among several; a lone one has the title of its figure."""
    return panel.name if len(panels) > 1 else ""
