"""Charts as static SVG by Vega-Lite: intervals by name, and lines. No script, no request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import vl_convert

__all__ = ["GLYPHS", "Axes", "draw"]

Spec = dict[str, Any]
Point = Mapping[str, Any]

# A group is drawn by its place: the colour --mark-<place> of the page, and a shape and a dash for
# eyes and printers without colour.
GLYPHS = {"diamond": "◆", "circle": "●", "square": "■", "triangle-up": "▲", "triangle-down": "▼"}
_DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (4, 2))
_COLOURS = tuple(f"var(--mark-{place})" for place in range(len(GLYPHS)))
_INK, _MUTED, _RULE = "var(--ink)", "var(--muted)", "var(--rule)"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.1.json"
_WIDE, _NARROW = 720, 340  # pixels; the page shows one of them by its width
_GAP = 16
_LABELS = 158  # pixels for the names at the left of a chart; longer ones are cut
_DOT = {"type": "point", "filled": True, "opacity": 1}
_LETTER = 7  # pixels that a letter of a name takes, about
_CONFIG: Spec = {
    "background": "transparent",
    "aria": False,  # or names would become attributes
    "font": "sans-serif",
    # Browsers draw letters wider than Vega measures them, so names need room at the left.
    "padding": {"left": 14, "right": 10, "top": 4, "bottom": 4},
    "view": {"stroke": None},
    "axis": {
        **{"labelColor": _INK, "titleColor": _MUTED, "titleFontWeight": "normal"},
        **{"domainColor": _RULE, "tickColor": _RULE, "gridColor": _RULE, "gridOpacity": 0.8},
        **{"labelFontSize": 12, "titleFontSize": 12, "labelLimit": _LABELS},
        **{"labelFlush": False, "labelOverlap": True},
    },
    "title": {"color": _INK, "fontSize": 13, "anchor": "start", "fontWeight": 600, "offset": 6},
    "concat": {"spacing": _GAP},
}


@dataclass(frozen=True)
class Axes:
    """Names and ranges of the axes; with a name for y the chart has lines of shares in [0, 1].

    `is_percent` formats shares as per cent, `has_diagonal` adds the line y = x.
    """

    x: str
    y: str = ""
    x_domain: tuple[float, float] | None = None
    is_from_zero: bool = False
    is_percent: bool = False
    has_diagonal: bool = False


def draw(axes: Axes, points: Sequence[Point], groups: Mapping[str, int]) -> Mapping[str, object]:
    """Return `wide` and `narrow`, the chart as SVG for both screens, and its `legend`.

    A point of an interval chart has panel, label, group, value, low and high; a point of a line
    chart has group, x and y. Either may have `reference`, which draws a dashed line. `groups` maps
    group names to places in the palette; the legend lists the groups drawn. Rows and panels keep
    the order of `points`; panels are side by side on a wide screen, else stacked.
    """
    plots = _lines if axes.y else _intervals
    colour = {"color": _by_group(groups, _COLOURS)}
    wide, narrow = (
        _inlined({direction: plots(axes, points, groups, colour, direction == "vconcat")})
        for direction in ("hconcat", "vconcat")
    )
    drawn = {point["group"] for point in points}
    legend = [(name, place) for name, place in groups.items() if name in drawn]
    return {"wide": wide, "narrow": narrow, "legend": legend}


def _intervals(
    axes: Axes, points: Sequence[Point], groups: Mapping[str, int], colour: Spec, is_narrow: bool
) -> list[Spec]:
    labels = list(dict.fromkeys(point["label"] for point in points))
    panels = list(dict.fromkeys(point["panel"] for point in points)) or [""]
    room = 8 + min(_LABELS, _LETTER * max(map(len, labels), default=0))
    across = (_WIDE - room - 20 - _GAP * (len(panels) - 1)) / len(panels)
    # Layers share one axis, so they must use the same scale.
    scale = _scale(axes.x_domain, axes.is_from_zero)
    x = _quantity("value", axes.x, scale, 4, axes.is_percent)
    dot = {"x": x, "shape": _by_group(groups, tuple(GLYPHS))}
    plots = []
    for panel in panels:
        rows = [point for point in points if point["panel"] == panel]
        overlaps = len({row["label"] for row in rows}) < len(rows)
        has_names = is_narrow or panel == panels[0]
        axis = {"labels": has_names, "labelPadding": 9, "ticks": False, "domain": False}
        names = {"field": "label", "type": "nominal", "sort": labels, "scale": {"domain": labels}}
        encoding: Spec = {"y": {**names, "axis": {**axis, "grid": True, "title": None}}, **colour}
        if overlaps:
            encoding["yOffset"] = {"field": "group", "type": "nominal", "sort": list(groups)}
        bar = {"x": {**x, "field": "low"}, "x2": {"field": "high"}}
        plots.append({
            "data": {"values": rows},
            "title": panel if len(panels) > 1 else "",
            "width": _NARROW - room - 30 if is_narrow else across,
            "height": len(labels) * (34 if overlaps else 22),
            "layer": [
                *_reference(rows, x),
                {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": {**encoding, **bar}},
                {"mark": {**_DOT, "size": 90}, "encoding": {**encoding, **dot}},
            ],
        })  # fmt: skip
    return plots


def _lines(
    axes: Axes, points: Sequence[Point], groups: Mapping[str, int], colour: Spec, is_narrow: bool
) -> list[Spec]:
    x = _quantity("x", axes.x, _scale(axes.x_domain), 6)
    y = _quantity("y", axes.y, _scale((0, 1)), 5, axes.is_percent)
    encoding = {"x": x, "y": y, **colour}
    dash, shape = _by_group(groups, _DASHES), _by_group(groups, tuple(GLYPHS))
    layers: list[Spec] = [
        *_reference(points, x),
        {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {**encoding, "strokeDash": dash}},
        {"mark": {**_DOT, "size": 55}, "encoding": {**encoding, "shape": shape}},
    ]
    if axes.has_diagonal:
        ends = {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]}
        line = {"type": "line", "color": _MUTED, "strokeDash": [4, 3]}
        layers.insert(0, {"data": ends, "mark": line, "encoding": {"x": x, "y": y}})
    width = _NARROW - 70 if is_narrow else 340 if axes.has_diagonal else 560
    height = width if axes.has_diagonal else 220
    return [{"data": {"values": list(points)}, "width": width, "height": height, "layer": layers}]


def _quantity(field: str, title: str, scale: Spec, n_ticks: int, is_percent: bool = False) -> Spec:
    axis = {"tickCount": n_ticks, "format": "%" if is_percent else "~f"}
    return {"field": field, "type": "quantitative", "title": title, "scale": scale, "axis": axis}


def _scale(domain: Sequence[float] | None, is_from_zero: bool = False) -> Spec:
    return {"domain": list(domain), "nice": False} if domain else {"zero": is_from_zero}


def _by_group(groups: Mapping[str, int], looks: Sequence[object]) -> Spec:
    scale = {"domain": list(groups), "range": [looks[place] for place in groups.values()]}
    return {"field": "group", "type": "nominal", "scale": scale, "legend": None}


def _reference(points: Sequence[Point], x: Spec) -> list[Spec]:
    at = next((point.get("reference") for point in points), None)
    line = {"type": "rule", "color": _INK, "strokeDash": [4, 3], "opacity": 0.7}
    drawn = {"data": {"values": [{"at": at}]}, "mark": line}
    return [] if at is None else [{**drawn, "encoding": {"x": {**x, "field": "at"}}}]


def _inlined(chart: Spec) -> str:
    """Draw `chart` as inline SVG, hidden from screen readers, which read the label of its box."""
    svg = vl_convert.vegalite_to_svg({"$schema": _SCHEMA, "config": _CONFIG, **chart})
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg[svg.index("<svg") :])
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
