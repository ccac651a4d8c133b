"""Charts as inline SVG: their marks and order, and names that stay text."""

from __future__ import annotations

import re
from typing import Any

from tagsmith.report.drawing import Axes, draw
from tests.python.tagsmith.report.pages import read_page

_GROUPS = {"ours": 0, "baseline": 2}
_SHARE = Axes("share")


def _point(
    panel: str, label: str, group: str, value: float, *ends: float, **more: object
) -> dict[str, Any]:
    low, high = ends or (None, None)
    named = {"panel": panel, "label": label, "group": group, "value": value}
    return {**named, "low": low, "high": high, **more}


def _drawn(axes: Axes, *points: dict[str, Any]) -> tuple[str, str]:
    chart = draw(axes, points, _GROUPS)
    return str(chart["wide"]), str(chart["narrow"])


def _texts(svg: str) -> list[str]:
    return [text.text for text in read_page(svg).all("text")]


def test_rows_stand_in_the_order_of_the_points_and_the_axis_holds_them_once() -> None:
    wide, narrow = _drawn(
        _SHARE,
        _point("p", "zebra", "ours", 0.2, 0.1, 0.3),
        _point("p", "ant", "baseline", 0.1),
        _point("q", "zebra", "ours", 0.5, 0.4, 0.6),
    )
    names = ("zebra", "ant", "p", "q")
    assert [text for text in _texts(wide) if text in names] == ["zebra", "ant", "p", "q"]
    assert [text for text in _texts(narrow) if text in names] == [
        "zebra", "ant", "p", "zebra", "ant", "q",
    ]  # fmt: skip


def test_the_legend_names_only_what_is_drawn_and_keeps_its_place_in_the_palette() -> None:
    chart = draw(_SHARE, [_point("p", "a", "baseline", 0.2)], _GROUPS)
    assert chart["legend"] == [("baseline", 2)]
    assert 'fill="var(--mark-2)"' in str(chart["wide"])
    assert "var(--mark-0)" not in str(chart["wide"])


def test_names_with_markup_stay_text() -> None:
    name = '"><script>alert(1)</script>&'
    for svg in _drawn(_SHARE, _point("p", name, "ours", 0.2)):
        assert "<script" not in svg
        assert any(text.startswith('"><script>') for text in _texts(svg))


def test_a_range_holds_for_every_layer_of_a_plot() -> None:
    axes = Axes("AUC", x_domain=(0.4, 1.0))
    wide, _ = _drawn(axes, _point("p", "a", "ours", 0.6, 0.5, 0.7, reference=0.7))
    ticks = [float(text) for text in _texts(wide) if re.fullmatch(r"[0-9.]+", text)]
    assert min(ticks) >= 0.4
    assert max(ticks) <= 1.0


def test_shares_start_at_zero_where_they_should() -> None:
    point = _point("p", "a", "ours", 0.6, 0.55, 0.7)
    assert "0" in _texts(_drawn(Axes("share", is_from_zero=True), point)[0])
    assert "0" not in _texts(_drawn(_SHARE, point)[0])


def test_lines_have_a_dash_and_a_shape_of_their_own_and_a_diagonal_where_asked() -> None:
    points = [{"group": group, "x": x, "y": x} for group in _GROUPS for x in (0.2, 0.8)]
    plain, _ = _drawn(Axes("x", "y"), *points)
    dashed = set(re.findall(r'stroke="([^"]*)"[^>]*stroke-dasharray="2,2"', plain))
    assert dashed == {"var(--mark-2)"}
    assert 'stroke-dasharray="4,3"' not in plain
    assert 'stroke-dasharray="4,3"' in _drawn(Axes("x", "y", has_diagonal=True), *points)[0]
