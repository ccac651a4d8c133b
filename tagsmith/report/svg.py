"""A finished chart as SVG that fits into the page: its colours by name, nothing fetched."""

from __future__ import annotations

import io
import re
from hashlib import sha256

import altair as alt

from tagsmith.report.palette import INK, MUTED, RULE, themed

__all__ = ["LABELS", "as_svg"]

LABELS = 158  # pixels for the names at the left of a chart; longer ones are cut
# Browsers draw letters wider than Vega measures them, so names need room at the left.
_PADDING = {"left": 14, "right": 10, "top": 4, "bottom": 4}
_AXIS = alt.AxisConfig(
    labelColor=INK,
    titleColor=MUTED,
    domainColor=RULE,
    tickColor=RULE,
    gridColor=RULE,
    gridOpacity=0.8,
    labelFontSize=12,
    titleFontSize=12,
    titleFontWeight="normal",
    labelLimit=LABELS,
    labelFlush=False,
    labelOverlap=True,
)


def as_svg(chart: alt.TopLevelMixin, gap: int) -> str:
    """Return `chart` as an SVG element; its plots stand `gap` pixels apart.

    Names in it are escaped by Vega; none becomes an attribute, since descriptions are off.
    """
    # In one call, since each call copies the chart with its data.
    styled = chart.configure(
        background="transparent",
        aria=False,
        font="sans-serif",
        padding=_PADDING,
        view=alt.ViewConfig(stroke=None),
        axis=_AXIS,
        title=alt.TitleConfig(color=INK, fontSize=13, anchor="start", fontWeight=600, offset=6),
        concat=alt.CompositionConfig(spacing=gap),
    )
    file = io.StringIO()
    styled.save(file, format="svg")
    return _inlined(file.getvalue())


def _inlined(svg: str) -> str:
    """Make `svg` fit beside others: ids of its own, and hidden behind the words of its box."""
    svg = svg[svg.index("<svg") :]
    prefix = "s" + sha256(svg.encode()).hexdigest()[:10]
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r"url\(#", f"url(#{prefix}-", svg)
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg)
    return themed(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))
