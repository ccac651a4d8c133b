"""Are the evaluators worth their calls: own tags against tags of other items."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tagsmith.report.blocks import Figure, Grid, Section, or_notice
from tagsmith.report.charts import Panel, Point, intervals
from tagsmith.report.tables import Row, Tables
from tagsmith.report.wording import count, interval, number, percent

__all__ = ["auc_bar", "quality_rows", "section"]

_BAR = 0.7  # where a warehouse does not say what the bar of its build was
_COLUMNS = (
    "evaluator", "model", "prompt_hash", "auc", "low", "high", "yes_share_own",
    "yes_share_foreign", "agreement", "n_own", "n_foreign",
)  # fmt: skip
_GROUPS = {"tags of the item itself": 0, "tags of other items": 2}


def auc_bar(tables: Tables) -> float:
    """Return the AUC that the build asks of the evaluators (var min_evaluator_auc)."""
    return float(tables.setting("min_evaluator_auc") or _BAR)


def quality_rows(tables: Tables) -> list[Row]:
    """Return the rows of evaluator_quality that have an AUC."""
    return tables.rows("evaluator_quality", _COLUMNS, where="auc is not null")


def section(tables: Tables) -> Section:
    """Return the section; a notice stands where evaluator_quality is missing."""
    return Section(
        "evaluators",
        "Are the two evaluators worth their calls?",
        "Both evaluators were asked about the tags of an item and about tags of other items. A "
        "good evaluator says Yes to the first and No to the second.",
        or_notice(partial(_auc, tables), partial(_yes_shares, tables)),
    )


def _names(rows: Sequence[Row]) -> list[str]:
    """One name a row: the evaluator, and the model and prompt where there are several."""
    several = (
        len({(row["model"], row["prompt_hash"]) for row in rows})
        > len({row["model"] for row in rows})
        or len({row["model"] for row in rows}) > 1
    )
    return [
        f"{row['evaluator']}, {row['model']} {str(row['prompt_hash'] or '')[:6]}".strip()
        if several else row["evaluator"]
        for row in rows
    ]  # fmt: skip


def _auc(tables: Tables) -> Figure:
    rows = quality_rows(tables)
    names = _names(rows)
    bar = auc_bar(tables)
    return Figure(
        title="Telling own tags from foreign ones",
        shows="How well the score of an evaluator tells a tag of the item from a tag of another "
        "item.",
        good=f"At {bar} or more, right of the dashed line, the evaluators earn their calls; 0.5 "
        "is a coin. The bar is for the mean of both.",
        definition="AUC: the chance that a tag of the item gets a higher score than a tag of "
        "another item; ties count half.",
        note="From 0 to 1 with 95 % intervals; " + _counts(rows),
        chart=intervals(
            [Panel("AUC", "AUC", reference=bar, x_domain=(0.4, 1.0))],
            [
                Point("AUC", name, "evaluator", row["auc"], row["low"], row["high"])
                for name, row in zip(names, rows, strict=True)
            ],
            {"evaluator": 0},
            f"Dot plot of the AUC of each evaluator beside the bar of {bar}",
        ),
        grid=Grid(
            "AUC by evaluator, model and prompt",
            ("evaluator", "model", "prompt", "AUC", "95 % interval", f"bar {bar}", "own tags",
             "foreign tags"),
            [
                (
                    row["evaluator"],
                    row["model"],
                    str(row["prompt_hash"] or "")[:8],
                    number(row["auc"]),
                    interval(row["low"], row["high"]),
                    "reached" if row["auc"] >= bar else "not reached",
                    count(row["n_own"]),
                    count(row["n_foreign"]),
                )
                for row in rows
            ],
            frozenset({3, 4, 6, 7}),
        ),
    )  # fmt: skip


def _counts(rows: Sequence[Row]) -> str:
    own = max((row["n_own"] for row in rows), default=0)
    foreign = max((row["n_foreign"] for row in rows), default=0)
    return f"{count(own)} own and {count(foreign)} foreign pairs of item and tag."


def _yes_shares(tables: Tables) -> Figure:
    rows = [row for row in quality_rows(tables) if row["yes_share_own"] is not None]
    names = _names(rows)
    return Figure(
        title="How often the evaluators say Yes",
        shows="The share of Yes for tags of the item itself and for tags of other items.",
        good="The two marks should lie far apart: own tags at the right, foreign tags near 0. A "
        "foreign tag with a Yes is most likely a wrong tag that would be let in.",
        definition="Yes: lenient, score over beta; strict, score over 1 - beta. Agreement: share "
        "of pairs on which both evaluators say the same.",
        note="Shares from 0 to 1; " + _counts(rows),
        chart=intervals(
            [Panel("share of Yes", "share of Yes", x_domain=(0.0, 1.0), is_share=True)],
            [
                Point("share of Yes", name, group, row[column])
                for name, row in zip(names, rows, strict=True)
                for group, column in zip(
                    _GROUPS, ("yes_share_own", "yes_share_foreign"), strict=True
                )
            ],
            _GROUPS,
            "Dot plot of the share of Yes for own and for foreign tags by evaluator",
        ),
        grid=Grid(
            "Share of Yes and agreement",
            ("evaluator", "model", "Yes to own", "Yes to foreign", "agreement of the two"),
            [
                (
                    row["evaluator"],
                    row["model"],
                    percent(row["yes_share_own"]),
                    percent(row["yes_share_foreign"]),
                    percent(row["agreement"]),
                )
                for row in rows
            ],
            frozenset({2, 3, 4}),
        ),
    )
