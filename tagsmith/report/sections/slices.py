"""Where Tagsmith is strong and weak: slices of items, and what posters add."""

from __future__ import annotations

from functools import partial

from tagsmith.report.blocks import Figure, Grid, Section, or_notice
from tagsmith.report.charts import Panel, Point, intervals
from tagsmith.report.offline import DEFINITIONS, MATCH_KINDS, Offline
from tagsmith.report.sections import posters
from tagsmith.report.tables import Tables
from tagsmith.report.wording import count, interval, number

__all__ = ["section"]

_METRICS = ("precision", "recall")


def section(tables: Tables) -> Section:
    """Return the section; a notice stands where a table is missing."""
    offline = Offline(tables)
    return Section(
        "slices",
        "Where it works and where it does not",
        "The same figures for parts of the catalogue. A part of few items has a long interval and "
        "says little.",
        or_notice(
            *(partial(_figure, offline, kind) for kind in MATCH_KINDS),
            partial(posters.figure, tables),
        ),
    )


def _label(name: str, n_items: int) -> str:
    return f"{name.replace('_', ' ').replace(':', ': ')} ({n_items})"


def _figure(offline: Offline, kind: str) -> Figure:
    k = offline.headline_k()
    rows = [
        row for row in offline.metrics(slice_name=None)
        if row["system"] == "tagsmith" and row["match_kind"] == kind
        and row["metric"] in _METRICS and row["k"] == k
    ]  # fmt: skip
    whole = {row["metric"]: row["value"] for row in rows if row["slice"] == "all"}
    rows.sort(key=lambda row: (row["slice"] != "all", row["slice"]))
    labels = {row["slice"]: _label(row["slice"], row["n_items"]) for row in rows}
    return Figure(
        title=f"Tagsmith by slice, {kind} match",
        shows=f"Precision and recall at {k} for parts of the catalogue; the dashed line is the "
        "figure of all items.",
        good="Further right is better; a slice whose line stays left of the dashed line is weaker "
        "than the catalogue as a whole.",
        definition=" ".join(DEFINITIONS[name] for name in (kind, *_METRICS)),
        note="Shares from 0 to 1 with 95 % bootstrap intervals; the number of items stands in "
        "brackets.",
        chart=intervals(
            [
                Panel(f"{metric} at {k}", "share", reference=whole.get(metric), is_from_zero=True)
                for metric in _METRICS
            ],
            [
                Point(
                    f"{row['metric']} at {k}",
                    labels[row["slice"]],
                    "Tagsmith",
                    row["value"],
                    row["low"],
                    row["high"],
                )
                for row in rows
            ],
            {"Tagsmith": 0},
            f"Dot plot of precision and recall at {k} of Tagsmith by slice, {kind} match",
        ),
        grid=Grid(
            f"Tagsmith by slice at {k}, {kind} match",
            ("slice", "metric", "value", "95 % interval", "items"),
            [
                (
                    row["slice"].replace("_", " "),
                    row["metric"],
                    number(row["value"]),
                    interval(row["low"], row["high"]),
                    count(row["n_items"]),
                )
                for row in rows
            ],
            frozenset({2, 3, 4}),
        ),
    )
