"""Charts as static SVG, by Altair: intervals by name, and lines. No script, nothing fetched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import altair as alt

from tagsmith.report.blocks import Chart
from tagsmith.report.encodings import (
    LinePoint,
    Panel,
    Point,
    axis_format,
    colour,
    dash,
    heading,
    reference_line,
    scale_of,
    shape,
)
from tagsmith.report.palette import MUTED
from tagsmith.report.svg import LABELS, as_svg

__all__ = ["LinePoint", "Panel", "Point", "intervals", "lines"]

_WIDE, _NARROW = 720, 340  # pixels; the page shows one of them by its width
_GAP = 16
_LETTER = 7  # pixels that a letter of a name takes, about


Plot = alt.LayerChart | alt.FacetChart


def _joined(plots: Sequence[Plot], is_narrow: bool) -> alt.HConcatChart | alt.VConcatChart:
    return alt.vconcat(*plots) if is_narrow else alt.hconcat(*plots)


def _both(
    draw: Callable[[bool], alt.TopLevelMixin],
    points: Sequence[Point] | Sequence[LinePoint],
    groups: Mapping[str, int],
    alt_text: str,
) -> Chart:
    # The page draws the legend, since only it knows how wide the names are.
    drawn = {point.group for point in points}
    legend = tuple((name, place) for name, place in groups.items() if name in drawn)
    return Chart(as_svg(draw(False), _GAP), as_svg(draw(True), _GAP), alt_text, legend)


def intervals(
    panels: Sequence[Panel], points: Sequence[Point], groups: Mapping[str, int], alt_text: str
) -> Chart:
    """Draw values with intervals, a row for each label in the order of `points`.

    `groups` gives the names of groups their places in the palette. Panels
    stand side by side on a wide screen, under one another on a narrow one.
    """
    labels = list(dict.fromkeys(point.label for point in points))
    room = 8 + min(LABELS, _LETTER * max(map(len, labels), default=0))

    def draw(is_narrow: bool) -> alt.TopLevelMixin:
        width = (
            _NARROW - room - 30 if is_narrow
            else (_WIDE - room - 20 - _GAP * (len(panels) - 1)) / len(panels)
        )  # fmt: skip

        def plot(place: int, panel: Panel) -> Plot:
            rows = [vars(point) for point in points if point.panel == panel.name]
            axis = alt.Axis(
                labels=is_narrow or place == 0,
                labelPadding=9,
                ticks=False,
                domain=False,
                grid=True,
                title=None,
            )
            names = alt.Y("label:N", sort=labels, scale=alt.Scale(domain=labels), axis=axis)
            # Layers share one axis, and so must agree on its scale.
            scale = scale_of(panel.x_domain, is_zero=panel.is_from_zero)
            x = alt.X(
                "value:Q",
                title=panel.x_title,
                scale=scale,
                axis=alt.Axis(tickCount=4, format=axis_format(panel)),
            )
            base = alt.Chart(alt.InlineData(values=rows)).encode(
                y=names,
                yOffset=alt.YOffset("group:N", sort=list(groups))
                if _overlaps(rows) else alt.Undefined,
            )  # fmt: skip
            bars = base.mark_rule(strokeWidth=2).encode(
                x=alt.X("low:Q", title=panel.x_title, scale=scale),
                x2="high:Q",
                color=colour(groups),
            )
            dots = base.mark_point(filled=True, size=90, opacity=1).encode(
                x=x, color=colour(groups), shape=shape(groups)
            )
            layers: list[alt.Chart] = [bars, dots]
            if panel.reference is not None:
                layers.insert(0, reference_line(panel.reference, scale))
            height = len(labels) * (34 if _overlaps(rows) else 22)
            return alt.layer(*layers).properties(
                width=width, height=height, title=heading(panel, panels)
            )

        return _joined([plot(*placed) for placed in enumerate(panels)], is_narrow)

    return _both(draw, points, groups, alt_text)


def _overlaps(rows: Sequence[dict[str, object]]) -> bool:
    return len({row["label"] for row in rows}) < len(rows)


def lines(
    panels: Sequence[Panel],
    points: Sequence[LinePoint],
    groups: Mapping[str, int],
    alt_text: str,
    diagonal: bool = False,
) -> Chart:
    """Draw a line with its points for each group; `diagonal` adds the line y = x."""

    def draw(is_narrow: bool) -> alt.TopLevelMixin:
        width = (
            _NARROW - 70 if is_narrow else min(340 if diagonal else 560, _WIDE / len(panels) - 60)
        )

        def plot(panel: Panel) -> Plot:
            rows = [vars(point) for point in points if point.panel == panel.name]
            scale = scale_of(panel.x_domain)
            axis = alt.Axis(tickCount=6)
            base = alt.Chart(alt.InlineData(values=rows)).encode(
                x=alt.X("x:Q", title=panel.x_title, scale=scale, axis=axis),
                y=alt.Y(
                    "y:Q",
                    title=panel.y_title,
                    scale=scale_of(panel.y_domain, is_zero=True),
                    axis=alt.Axis(tickCount=5, format=axis_format(panel)),
                ),
                color=colour(groups),
            )
            layers: list[alt.Chart] = [
                base.mark_line(strokeWidth=2).encode(strokeDash=dash(groups)),
                base.mark_point(filled=True, size=55, opacity=1).encode(shape=shape(groups)),
            ]
            if panel.reference is not None:
                layers.insert(0, reference_line(panel.reference, scale))
            if diagonal:
                ends = alt.InlineData(values=[{"x": 0, "y": 0}, {"x": 1, "y": 1}])
                layers.insert(
                    0,
                    alt.Chart(ends).mark_line(color=MUTED, strokeDash=[4, 3]).encode(
                        x="x:Q", y="y:Q"
                    ),
                )  # fmt: skip
            height = width if diagonal else 220
            return alt.layer(*layers).properties(
                width=width, height=height, title=heading(panel, panels)
            )

        return _joined([plot(panel) for panel in panels], is_narrow)

    return _both(draw, points, groups, alt_text)
