"""Five sentences for a lead, each made from the tables of this warehouse."""

from __future__ import annotations

from collections.abc import Callable

from python_udfs.errors import InputError
from tagsmith.report.blocks import Paragraph, Section
from tagsmith.report.sections.efficiency import efficiency_rows
from tagsmith.report.sections.evaluators import auc_bar, quality_rows
from tagsmith.report.sections.experiments import metric_rows
from tagsmith.report.sections.headlines import how_good, which_stages
from tagsmith.report.tables import Tables
from tagsmith.report.wording import (
    count,
    interval,
    joined,
    metric_label,
    number,
    percent,
    plural,
)

__all__ = ["section"]


def section(tables: Tables) -> Section:
    """Return the five sentences; one whose table is missing says which command makes it."""
    writers: tuple[tuple[str, Callable[[Tables], str]], ...] = (
        ("What was tagged", _what_was_tagged),
        ("How good the tags are", how_good),
        ("What each stage contributes", which_stages),
        ("What the evaluators are worth", _can_evaluators),
        ("What was won", _what_was_won),
    )
    return Section(
        "summary",
        "In five sentences",
        "",
        [Paragraph(_said(topic, write, tables)) for topic, write in writers],
    )


def _said(topic: str, write: Callable[[Tables], str], tables: Tables) -> str:
    try:
        return write(tables)
    except InputError as error:
        return f"{topic} is not known yet: {_within(error)}."


def _within(error: InputError) -> str:
    """The message as a part of a sentence."""
    message = str(error).removesuffix(".")
    return message[0].lower() + message[1:]


def _what_was_tagged(tables: Tables) -> str:
    (row,) = tables.rows(
        "pipeline_summary",
        ("n_items", "n_items_without_tags", "n_tags", "mapped_share", "novel_share", "n_calls",
         "cost_usd"),
    )  # fmt: skip
    n_tagged = row["n_items"] - row["n_items_without_tags"]
    return (
        f"Tagsmith gave {plural(row['n_tags'], 'tag')} to {count(n_tagged)} of "
        f"{plural(row['n_items'], 'item')}, {number(row['n_tags'] / max(n_tagged, 1), 1)} an item, "
        f"of which {percent(row['mapped_share'])} "
        f"stand in the schema and {percent(row['novel_share'])} are novel, with "
        f"{plural(row['n_calls'], 'call')} of a model for {number(row['cost_usd'], 2)} USD."
    )


def _can_evaluators(tables: Tables) -> str:
    rows = quality_rows(tables)
    parts = [
        f"{row['evaluator']} {number(row['auc'], 2)} {interval(row['low'], row['high'], 2)}"
        for row in rows
    ]
    bar = auc_bar(tables)
    # The bar of the build is for both together.
    judged = [row for row in rows if row["evaluator"] == "mean"] or rows
    reached = all(row["auc"] >= bar for row in judged)
    verdict = f"the bar of {bar} is {'reached' if reached else 'not reached'}"
    errors = {
        row["stage"]: row["ece"]
        for row in tables.rows_or_none("score_calibration_error", ("stage", "ece"))
    }
    calibrated = ""
    if errors.get("raw") is not None and errors.get("calibrated") is not None:
        calibrated = (
            f"; calibration takes the error of the candidate scores from {number(errors['raw'], 2)}"
            f" to {number(errors['calibrated'], 2)}"
        )
    return (
        "The evaluators tell tags of an item from tags of other items with an AUC of "
        f"{joined(parts)}: {verdict}{calibrated}."
    )


def _what_was_won(tables: Tables) -> str:
    parts = [
        _said(topic, write, tables).removesuffix(".")
        for topic, write in (
            ("What A/B tests say", _of_experiments),
            ("what is saved against work by hand", _of_efficiency),
        )
    ]
    return "; ".join(parts) + "."


def _of_experiments(tables: Tables) -> str:
    rows = [
        row for row in metric_rows(tables) if row["slice"] == "all" and row["p_value"] is not None
    ]
    shown = [row for row in rows if row["is_significant"]]
    n = len({row["experiment_id"] for row in rows})
    if not shown:
        return f"In {plural(n, 'A/B test')} no metric of all items differs"
    named = joined(
        [
            f"{metric_label(row['metric'])} {number(row['ratio'], 2)} "
            f"{interval(row['ratio_low'], row['ratio_high'], 2)}"
            for row in shown
        ]
    )
    return (
        f"In {plural(n, 'A/B test')} {count(len(shown))} of {plural(len(rows), 'metric')} differ "
        f"(B/A: {named})"
    )


def _of_efficiency(tables: Tables) -> str:
    rows = [row for row in efficiency_rows(tables) if row["reduction"] is not None]
    named = joined(
        [
            f"{row['measure'].replace('_', ' ')} by {percent(row['reduction'], 1)}"
            + (
                f" (paper: {percent(row['paper_reduction'], 1)})"
                if row["paper_reduction"] is not None
                else ""
            )
            for row in rows
        ]
    )
    return (
        f"against work by hand Tagsmith changes {named}" if rows else "no effort by hand is given"
    )
