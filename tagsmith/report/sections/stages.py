"""What each stage contributes: the difference to Tagsmith when it is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tagsmith.report.blocks import Figure, Grid, Section, or_notice
from tagsmith.report.charts import Panel, Point, intervals
from tagsmith.report.offline import DEFINITIONS, MATCH_KINDS, Offline, System
from tagsmith.report.tables import Row, Tables
from tagsmith.report.wording import count, interval, percent, signed, system_label

__all__ = ["OUTCOMES", "differences", "section"]

# By the verdict of system_differences.
OUTCOMES = {
    "no difference shown": "no difference that shows",
    "better": "better than Tagsmith",
    "worse": "worse than Tagsmith",
}
_GROUPS = dict(zip(OUTCOMES.values(), (1, 3, 2), strict=True))
_METRICS = ("precision", "recall")
_COLUMNS = (
    "system", "truth", "match_kind", "k", "slice", "metric",
    "difference", "low", "high", "n_items", "verdict",
)  # fmt: skip


def differences(tables: Tables, k: int) -> list[Row]:
    """Return the rows of all items against all manual tags at `k`."""
    return tables.rows(
        "system_differences",
        _COLUMNS,
        where="slice = 'all' and truth = 'all' and k = ? and difference is not null",
        values=(k,),
    )


def section(tables: Tables) -> Section:
    """Return the section; a notice stands where system_differences is missing."""
    offline = Offline(tables)
    return Section(
        "stages",
        "What each stage contributes",
        "Tagsmith is built again from the same answers with one stage taken out or changed, and "
        "compared on the same items. No model is asked again for this.",
        or_notice(
            *(partial(_figure, tables, offline, "ablation", kind) for kind in MATCH_KINDS),
            *(partial(_figure, tables, offline, "baseline", kind) for kind in MATCH_KINDS),
            partial(_unjudged, tables),
        ),
    )


def _figure(tables: Tables, offline: Offline, family: str, kind: str) -> Figure:
    systems = {name: s for name, s in offline.systems().items() if s.family == family}
    k = offline.headline_k()
    rows = [
        row for row in differences(tables, k)
        if row["match_kind"] == kind and row["metric"] in _METRICS and row["system"] in systems
    ]  # fmt: skip
    order = {row["system"]: row["difference"] for row in rows if row["metric"] == "precision"}
    rows.sort(key=lambda row: (order.get(row["system"], 0.0), row["system"]))
    removed = family == "ablation"
    return Figure(
        title=(
            f"Without a stage: difference to Tagsmith, {kind} match"
            if removed else f"Baselines: difference to Tagsmith, {kind} match"
        ),
        shows=(
            "What is lost or won when a stage is taken out or changed."
            if removed else "How far methods without a language model lie from Tagsmith."
        ),
        good=(
            "Left of 0 the stage earns its place: without it the tags agree less with people. "
            "Right of 0 it costs agreement. A line that crosses 0 shows no difference."
            if removed else
            "Left of 0 Tagsmith is better than the baseline; right of 0 the baseline agrees more "
            "with people."
        ),
        definition=" ".join(DEFINITIONS[name] for name in (kind, *_METRICS))
        + f" Difference: the system minus Tagsmith at k = {k}, item by item.",
        note=f"Differences of shares with 95 % bootstrap intervals, over "
        f"{count(max((row['n_items'] for row in rows), default=0))} items that both tagged.",
        chart=intervals(
            [Panel(f"{metric} at {k}", "difference", reference=0) for metric in _METRICS],
            [
                Point(
                    f"{row['metric']} at {k}",
                    system_label(row["system"]),
                    OUTCOMES[row["verdict"]],
                    row["difference"],
                    row["low"],
                    row["high"],
                )
                for row in rows
            ],
            _GROUPS,
            f"Forest plot of the differences of {len(systems)} systems to Tagsmith at {k}, "
            f"{kind} match",
        ),
        grid=_grid(rows, systems, kind),
    )  # fmt: skip


def _grid(rows: Sequence[Row], systems: dict[str, System], kind: str) -> Grid:
    return Grid(
        f"Differences to Tagsmith, {kind} match",
        (
            "system",
            "what it is",
            "to know",
            "metric",
            "difference",
            "95 % interval",
            "items",
            "reading",
        ),
        [
            (
                system_label(row["system"]),
                systems[row["system"]].description,
                systems[row["system"]].good_to_know,
                f"{row['metric']}@{row['k']}",
                signed(row["difference"]),
                interval(row["low"], row["high"]),
                count(row["n_items"]),
                OUTCOMES[row["verdict"]],
            )
            for row in rows
        ],
        frozenset({4, 5, 6}),
    )


def _unjudged(tables: Tables) -> Grid:
    rows = tables.rows("system_unjudged", ("system", "n_tags", "n_unjudged"))
    totals: dict[str, tuple[int, int]] = {}
    for row in rows:
        tags, unjudged = totals.get(row["system"], (0, 0))
        totals[row["system"]] = (tags + row["n_tags"], unjudged + row["n_unjudged"])
    return Grid(
        "Novel tags that a changed system would have sent to the evaluators and that were "
        "never judged. They are left out of its tags; a high share makes its figures doubtful.",
        ("system", "tags considered", "never judged", "share"),
        [
            (system_label(name), count(tags), count(n), percent(n / tags if tags else 0, 1))
            for name, (tags, n) in totals.items()
            if n
        ]
        or [("no system", "", "0", percent(0, 1))],
        frozenset({1, 2, 3}),
    )
