"""What posters add to text: how many tags came from them, and how many are true."""

from __future__ import annotations

from collections.abc import Sequence

from tagsmith.report.blocks import Figure, Grid
from tagsmith.report.charts import Panel, Point, intervals
from tagsmith.report.tables import Row, Tables
from tagsmith.report.wording import count, interval, number, signed

__all__ = ["figure"]

_ORIGINS = {
    "image_only": "named from the poster alone",
    "both": "named from both",
    "text_only": "named from the text alone",
}
_GROUPS = {"named from the poster alone": 2, "named from both": 0, "named from the text alone": 1}
_KINDS = ("exact", "semantic")
_SHARES = tuple(f"{origin}_{kind}" for origin in _ORIGINS for kind in _KINDS)
_GAINS = tuple(f"recall_gain_{kind}" for kind in _KINDS)
_COLUMNS = (
    "category",
    *(f"n_{origin}" for origin in _ORIGINS),
    *(f"{name}{end}" for name in (*_SHARES, *_GAINS) for end in ("", "_low", "_high")),
)


def figure(tables: Tables) -> Figure:
    """Return the figure of poster_contribution; raises InputError where it is missing."""
    rows = tables.rows("poster_contribution", _COLUMNS)
    rows.sort(key=lambda row: (row["category"] != "all", row["category"]))
    return Figure(
        title="What posters add to text",
        shows="Of the tags of items with a poster, how many are true by where they came from: the "
        "poster, the text, or both.",
        good="Tags from the poster alone are what posters add: good if they are many and as true "
        "as those from the text.",
        definition="A tag is true if it agrees with any manual tag of the item; semantic agreement "
        "does not use the manual tag up, so this is no precision at k.",
        note="Shares from 0 to 1 with 95 % bootstrap intervals. " + _gains(rows),
        chart=intervals(
            [Panel(f"{kind} match", "share that is true", is_from_zero=True) for kind in _KINDS],
            [point for row in rows for kind in _KINDS for point in _points(row, kind)],
            _GROUPS,
            "Dot plot of the share of true tags by category and origin, poster or text",
        ),
        grid=Grid(
            "Tags by category and origin, with the share that is true",
            ("category", "origin", "tags", *(f"{kind}, 95 % interval" for kind in _KINDS)),
            [
                (
                    row["category"].replace("_", " "),
                    name,
                    count(row[f"n_{origin}"]),
                    *(_share(row, f"{origin}_{kind}") for kind in _KINDS),
                )
                for row in rows
                for origin, name in _ORIGINS.items()
            ],
            frozenset({2, 3, 4}),
        ),
    )


def _points(row: Row, kind: str) -> list[Point]:
    return [
        Point(
            f"{kind} match",
            row["category"].replace("_", " "),
            name,
            row[f"{origin}_{kind}"],
            row[f"{origin}_{kind}_low"],
            row[f"{origin}_{kind}_high"],
        )
        for origin, name in _ORIGINS.items()
        if row[f"{origin}_{kind}"] is not None
    ]


def _share(row: Row, name: str) -> str:
    return f"{number(row[name])} {interval(row[name + '_low'], row[name + '_high'])}"


def _gains(rows: Sequence[Row]) -> str:
    said = [
        f"{signed(row[name])} {interval(row[name + '_low'], row[name + '_high'])} by {kind} match"
        for row in rows
        if row["category"] == "all"
        for kind, name in zip(_KINDS, _GAINS, strict=True)
        if row[name] is not None
    ]
    return f"Posters change recall by {', '.join(said)}." if said else ""
