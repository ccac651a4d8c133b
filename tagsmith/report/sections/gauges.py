"""Two gauges beside recall: relevance judged by hand, and novelty that is of use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tagsmith.report.blocks import Figure, Grid, Section, or_notice
from tagsmith.report.charts import Panel, Point, intervals
from tagsmith.report.offline import DEFINITIONS, FAMILIES, FAMILY_GROUPS, Offline, point_of
from tagsmith.report.tables import Row, Tables
from tagsmith.report.wording import count, interval, number, percent, system_label

__all__ = ["section"]

_COLUMNS = (
    "system", "k", "n_items", "n_judged", "judged_share", "relevance", "low", "high", "novelty",
    "useful_novelty", "useful_novelty_low", "useful_novelty_high",
)  # fmt: skip
_PANELS = ("relevance", "novelty", "useful novelty")


def section(tables: Tables) -> Section:
    """Return the section; a notice stands where a table is missing."""
    return Section(
        "gauges",
        "Two gauges: judged relevance and useful novelty",
        "The tags of people are never complete. So pairs of items and tags were drawn by a rule "
        "and judged by hand from the synopsis, and a new tag counts only where it was found "
        "relevant.",
        or_notice(partial(_judged, tables), partial(_agreement, tables), partial(_novelty, tables)),
    )


def _judged(tables: Tables) -> Figure:
    systems = Offline(tables).systems()
    rows = [
        row for row in tables.rows("judged_relevance", _COLUMNS, where="relevance is not null")
        if row["system"] in systems
    ]  # fmt: skip
    depths = sorted({row["k"] for row in rows})
    k = 10 if 10 in depths else depths[len(depths) // 2] if depths else 0
    shown = [row for row in rows if row["k"] == k]
    order = list(FAMILIES)
    shown.sort(key=lambda row: (order.index(systems[row["system"]].family), -row["relevance"]))
    n_judged = max((row["n_judged"] for row in shown), default=0)
    return Figure(
        title=f"Judged relevance and useful novelty at {k}",
        shows="The share of a system's judged tags that a reader of the synopsis found right, and "
        "the share that is both right and new to the schema.",
        good="Further right is better for relevance and useful novelty. Novelty alone is no merit: "
        "nonsense is new as well.",
        definition="Relevance: relevant pairs among the judged pairs. "
        + DEFINITIONS["novelty"]
        + " Useful novelty: the share that is novel and was judged relevant.",
        note=f"Shares from 0 to 1, 95 % intervals; up to {count(n_judged)} judged "
        "pairs of a system. The judged share says how much of a system's tags was judged at all; "
        "the evaluator that admitted a tag never judges it here.",
        chart=intervals(
            [Panel(name, "share", is_from_zero=True) for name in _PANELS],
            [
                point
                for row in shown
                for point in _points(row, FAMILIES[systems[row["system"]].family])
            ],
            FAMILY_GROUPS,
            f"Dot plot of judged relevance, novelty and useful novelty at {k} by system",
        ),
        grid=_grid(rows),
    )  # fmt: skip


def _points(row: Row, family: str) -> list[Point]:
    label = system_label(row["system"])
    relevance, novelty, useful = _PANELS
    return [
        Point(relevance, label, family, row["relevance"], row["low"], row["high"]),
        Point(novelty, label, family, row["novelty"]),
        Point(
            useful,
            label,
            family,
            row["useful_novelty"],
            row["useful_novelty_low"],
            row["useful_novelty_high"],
        ),
    ]


def _grid(rows: Sequence[Row]) -> Grid:
    return Grid(
        "Judged relevance and useful novelty by system and k",
        ("system", "k", "judged pairs", "judged share", "relevance", "95 % interval", "novelty",
         "useful novelty", "95 % interval", "items"),
        [
            (
                system_label(row["system"]),
                count(row["k"]),
                count(row["n_judged"]),
                percent(row["judged_share"]),
                number(row["relevance"]),
                interval(row["low"], row["high"]),
                number(row["novelty"]),
                number(row["useful_novelty"]),
                interval(row["useful_novelty_low"], row["useful_novelty_high"]),
                count(row["n_items"]),
            )
            for row in rows
        ],
        frozenset(range(1, 10)),
    )  # fmt: skip


def _agreement(tables: Tables) -> Grid:
    rows = tables.rows(
        "label_agreement", ("annotator_a", "annotator_b", "n_pairs", "share_equal", "kappa")
    )
    return Grid(
        "Do those who judged agree? Kappa: 1 is full agreement, 0 what chance would give. Good: "
        "0.6 or more; under it small differences of relevance say nothing.",
        ("first", "second", "pairs that both judged", "same word", "kappa"),
        [
            (
                row["annotator_a"],
                row["annotator_b"],
                count(row["n_pairs"]),
                percent(row["share_equal"]),
                number(row["kappa"], 2),
            )
            for row in rows
        ],
        frozenset({2, 3, 4}),
    )


def _novelty(tables: Tables) -> Figure:
    offline = Offline(tables)
    systems = offline.systems()
    kinds = sorted({row["match_kind"] for row in offline.compared()})
    rows = [
        row for row in offline.compared()
        if row["metric"] == "novelty" and row["match_kind"] == kinds[0] and row["system"] in systems
    ]  # fmt: skip
    depths = sorted({row["k"] for row in rows})
    order = list(FAMILIES)
    rows.sort(key=lambda row: (order.index(systems[row["system"]].family), row["system"]))
    return Figure(
        title="Novelty by depth",
        shows="How much of the first k tags stands outside the schema, deeper and deeper into the "
        "list.",
        good="Neither high nor low is good by itself: it says how much is new, not whether it is "
        "right. Read it with the gauge above.",
        definition=DEFINITIONS["novelty"],
        note="Shares from 0 to 1 with 95 % bootstrap intervals, means over "
        f"{count(max((row['n_items'] for row in rows), default=0))} items.",
        chart=intervals(
            [Panel(f"novelty at {k}", "share", is_from_zero=True) for k in depths],
            [point_of(row, f"novelty at {row['k']}", systems) for row in rows],
            FAMILY_GROUPS,
            "Dot plot of novelty by system at each depth",
        ),
        grid=Grid(
            "Novelty by system and k",
            ("system", "k", "novelty", "95 % interval", "items"),
            [
                (
                    system_label(row["system"]),
                    count(row["k"]),
                    number(row["value"]),
                    interval(row["low"], row["high"]),
                    count(row["n_items"]),
                )
                for row in rows
            ],
            frozenset({1, 2, 3, 4}),
        ),
    )
