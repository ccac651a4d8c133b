"""Charts as inline SVG: what is drawn, in which order, and that names stay text."""

from __future__ import annotations

import re

from tagsmith.report.charts import LinePoint, Panel, Point, intervals, lines
from tagsmith.report.palette import MARKS, themed
from tests.python.tagsmith.report.pages import read_page

_GROUPS = {"ours": 0, "baseline": 2}


def _texts(svg: str) -> list[str]:
    return [text.text for text in read_page(svg).all("text")]


def test_rows_stand_in_the_order_of_the_points_and_the_axis_holds_them_once() -> None:
    points = [
        Point("p", "zebra", "ours", 0.2, 0.1, 0.3),
        Point("p", "ant", "baseline", 0.1),
        Point("q", "zebra", "ours", 0.5, 0.4, 0.6),
    ]
    chart = intervals([Panel("p", "share"), Panel("q", "share")], points, _GROUPS, "alt")
    wide = [text for text in _texts(chart.wide) if text in ("zebra", "ant", "p", "q")]
    assert wide == ["zebra", "ant", "p", "q"]
    narrow = [text for text in _texts(chart.narrow) if text in ("zebra", "ant", "p", "q")]
    assert narrow == ["zebra", "ant", "p", "zebra", "ant", "q"]


def test_the_legend_names_only_what_is_drawn_and_keeps_its_place_in_the_palette() -> None:
    chart = intervals([Panel("p", "share")], [Point("p", "a", "baseline", 0.2)], _GROUPS, "alt")
    assert chart.legend == (("baseline", 2),)
    assert 'fill="var(--mark-2)"' in chart.wide
    assert "var(--mark-0)" not in chart.wide


def test_names_with_markup_stay_text() -> None:
    name = '"><script>alert(1)</script>&'
    chart = intervals([Panel("p", "share")], [Point("p", name, "ours", 0.2)], _GROUPS, "alt")
    for svg in (chart.wide, chart.narrow):
        assert "<script" not in svg
        assert any(text.startswith('"><script>') for text in _texts(svg))


def test_a_range_holds_for_every_layer_of_a_plot() -> None:
    panel = Panel("p", "AUC", reference=0.7, x_domain=(0.4, 1.0))
    chart = intervals([panel], [Point("p", "a", "ours", 0.6, 0.5, 0.7)], _GROUPS, "alt")
    ticks = [float(text) for text in _texts(chart.wide) if re.fullmatch(r"[0-9.]+", text)]
    assert min(ticks) >= 0.4
    assert max(ticks) <= 1.0


def test_shares_start_at_zero_where_they_should() -> None:
    point = [Point("p", "a", "ours", 0.6, 0.55, 0.7)]
    started = intervals([Panel("p", "share", is_from_zero=True)], point, _GROUPS, "alt")
    assert "0" in _texts(started.wide)
    assert "0" not in _texts(intervals([Panel("p", "share")], point, _GROUPS, "alt").wide)


def test_two_charts_share_no_id() -> None:
    first = lines([Panel("p", "x")], [LinePoint("p", "ours", 0.1, 0.2)], _GROUPS, "alt")
    second = lines([Panel("p", "x")], [LinePoint("p", "ours", 0.1, 0.4)], _GROUPS, "alt")
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first.wide, second.wide)]
    assert not ids[0] & ids[1]


def test_colours_become_names_only_in_attributes_of_colour() -> None:
    colour = MARKS[0].colour
    drawn = f'<g fill="{colour}" stroke="{colour}"><text>fill "{colour}"</text></g>'
    assert themed(drawn) == (
        f'<g fill="var(--mark-0)" stroke="var(--mark-0)"><text>fill "{colour}"</text></g>'
    )
