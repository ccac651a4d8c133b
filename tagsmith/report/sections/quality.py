"""Precision, recall and MRR by system, beside baselines and people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from python_udfs.errors import InputError
from tagsmith.report.blocks import Figure, Grid, Section, or_notice
from tagsmith.report.charts import Panel, Point, intervals
from tagsmith.report.offline import (
    DEFINITIONS,
    FAMILIES,
    FAMILY_GROUPS,
    MATCH_KINDS,
    METRICS,
    Offline,
    System,
    point_of,
)
from tagsmith.report.sections import people
from tagsmith.report.tables import Row, Tables
from tagsmith.report.wording import count, interval, metric_label, number, system_label

__all__ = ["section"]

_NOT_COMPARED = "Exact and semantic figures are two measures: never compare one with the other."


def section(tables: Tables) -> Section:
    """Return the section; a notice stands where offline_metrics is missing."""
    offline = Offline(tables)
    return Section(
        "quality",
        "Quality against the tags of people",
        "The first k tags of every item are compared with the tags that people gave it. Those are "
        "never complete, so a tag that counts as a miss here may still be right: see the two "
        "gauges below." + _limits(tables),
        or_notice(
            *(partial(_by_system, offline, kind) for kind in MATCH_KINDS),
            *(partial(people.figures, offline, kind) for kind in MATCH_KINDS),
        ),
    )


def _limits(tables: Tables) -> str:
    """What the settings of the run say about items and matches, if it holds them."""
    least, cosine = (tables.setting(n) for n in ("min_true_tags", "semantic_match_threshold"))
    if least is None or cosine is None:
        return ""
    return (
        f" Items with {least} or more tags of people are measured; two tags match semantically at "
        f"a cosine of {cosine} or more."
    )


def _ordered(systems: dict[str, System], rows: Sequence[Row], metric: str) -> list[str]:
    """Names with rows: Tagsmith first, then by family and falling value."""
    values = {row["system"]: row["value"] for row in rows if row["metric"] == metric}
    order = list(FAMILIES)
    return sorted(
        (name for name in systems if name in values),
        key=lambda name: (order.index(systems[name].family), -values[name], name),
    )


def _by_system(offline: Offline, kind: str) -> Figure:
    systems = offline.systems()
    k = offline.headline_k()
    every_k = [
        row for row in offline.compared()
        if row["match_kind"] == kind and row["metric"] in METRICS and row["system"] in systems
    ]  # fmt: skip
    rows = [row for row in every_k if row["k"] == k]
    if not rows:
        raise InputError(
            f"The table offline_metrics has no {kind} match of slice all: run `make build`."
        )
    shown = [
        name for name in _ordered(systems, rows, "precision") if systems[name].family != "ablation"
    ]
    n_items = max(row["n_items"] for row in rows)
    return Figure(
        title=f"Hits among the first {k} tags, {kind} match",
        shows=f"How often the first {k} tags of a system are tags that people gave the same item, "
        "beside methods without a language model. All but the nearest base tags learn from what "
        "people gave other items, which Tagsmith never sees.",
        good="Further right is better. A line is the 95 % bootstrap interval over items; Tagsmith "
        "is better than a baseline where their difference stays clear of 0 in the table of stages.",
        definition=" ".join(DEFINITIONS[name] for name in (kind, *METRICS)),
        note=f"Shares from 0 to 1, means over {count(n_items)} items with manual tags. "
        + _NOT_COMPARED,
        chart=intervals(
            [Panel(_panel(metric, k), "share", is_from_zero=True) for metric in METRICS],
            _points(rows, shown, systems, k),
            FAMILY_GROUPS,
            f"Dot plot of precision, recall and MRR at {k} by system, {kind} match",
        ),
        grid=_grid(every_k, _ordered(systems, rows, "precision"), kind),
    )


def _panel(metric: str, k: int) -> str:
    return f"{metric_label(metric)} at {k}"


def _points(
    rows: Sequence[Row], shown: Sequence[str], systems: dict[str, System], k: int
) -> list[Point]:
    found = {(row["metric"], row["system"]): row for row in rows}
    return [
        point_of(found[metric, name], _panel(metric, k), systems)
        for metric in METRICS
        for name in shown
        if (metric, name) in found
    ]


def _grid(rows: Sequence[Row], names: Sequence[str], kind: str) -> Grid:
    depths = sorted({row["k"] for row in rows})
    found = {(row["system"], row["metric"], row["k"]): row for row in rows}

    def cell(name: str, metric: str, k: int) -> str:
        row = found.get((name, metric, k))
        return "–" if row is None else (  # noqa: RUF001
            f"{number(row['value'])} {interval(row['low'], row['high'])}"
        )  # fmt: skip

    columns = [(metric, k) for metric in METRICS for k in depths]
    n_items = {row["system"]: row["n_items"] for row in rows}
    return Grid(
        f"All systems, {kind} match, with 95 % intervals",
        ("system", *(f"{metric_label(metric)}@{k}" for metric, k in columns), "items"),
        [
            (system_label(name), *(cell(name, *column) for column in columns), count(n_items[name]))
            for name in names
        ],
        frozenset(range(1, len(columns) + 2)),
    )
