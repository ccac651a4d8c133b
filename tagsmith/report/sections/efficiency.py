"""What was saved: time, calls, tokens and money."""

from __future__ import annotations

from functools import partial

from tagsmith.report.blocks import Figure, Grid, Section, or_notice
from tagsmith.report.charts import Panel, Point, intervals
from tagsmith.report.tables import Row, Tables
from tagsmith.report.wording import count, number, percent

__all__ = ["efficiency_rows", "section"]


def efficiency_rows(tables: Tables) -> list[Row]:
    """Return the rows of the table efficiency."""
    return tables.rows(
        "efficiency",
        ("measure", "tagsmith", "manual", "unit", "reduction", "paper_reduction", "n_items",
         "assumptions"),
    )  # fmt: skip


def section(tables: Tables) -> Section:
    """Return the section; a notice stands where a table is missing."""
    return Section(
        "efficiency",
        "Time and cost",
        "What tagging takes, measured from the ledger, against the same work by hand.",
        or_notice(
            partial(_saved, tables), partial(_calls, tables), partial(_waiting, tables)
        ),
    )  # fmt: skip


def _saved(tables: Tables) -> Grid:
    rows = efficiency_rows(tables)
    return Grid(
        "Tagsmith against work by hand, beside the reduction that the paper gives. Good: far below "
        "0, with assumptions that hold for you. Change: Tagsmith divided by hand, minus 1, so that "
        "-90 % is nine tenths less.",
        ("measure", "Tagsmith", "by hand", "unit", "change", "in the paper", "items",
         "assumptions"),
        [
            (
                row["measure"].replace("_", " ").replace("usd", "USD"),
                number(row["tagsmith"], 2),
                number(row["manual"], 2),
                row["unit"] or "",
                percent(row["reduction"], 1),
                percent(row["paper_reduction"], 1),
                count(row["n_items"]),
                row["assumptions"] or "",
            )
            for row in rows
        ],
        frozenset({1, 2, 4, 5, 6}),
    )  # fmt: skip


def _calls(tables: Tables) -> Figure:
    rows = tables.rows(
        "llm_usage",
        ("role", "model", "called_on", "n_calls", "n_failed_calls", "n_questions", "prompt_tokens",
         "cached_tokens", "completion_tokens", "cost_usd", "p50_latency_ms", "p95_latency_ms"),
    )  # fmt: skip
    days = sorted({row["called_on"] for row in rows})
    names = [
        row["role"] + (f", {row['called_on']}" if len(days) > 1 else "")
        for row in rows
    ]  # fmt: skip
    return Figure(
        title="Seconds of a call, by role",
        shows="How long a call of each role takes: half of the calls are faster than the mark, "
        "and 95 of 100 are faster than the end of the line.",
        good="Further left is faster. A call can pack several questions, so compare roles by "
        "seconds for a question in the table.",
        definition="Latency: from sending a call to its whole reply, tries that failed included.",
        note=f"Seconds; {count(sum(row['n_calls'] for row in rows))} calls, "
        f"{count(sum(row['n_failed_calls'] for row in rows))} of them failed.",
        chart=intervals(
            [Panel("latency", "seconds", is_from_zero=True)],
            [
                Point(
                    "latency",
                    name,
                    "calls",
                    row["p50_latency_ms"] / 1000,
                    row["p50_latency_ms"] / 1000,
                    row["p95_latency_ms"] / 1000,
                )
                for name, row in zip(names, rows, strict=True)
                if row["p50_latency_ms"] is not None
            ],
            {"calls": 0},
            "Median and 95th percentile of the latency of calls by role",
        ),
        grid=Grid(
            "Calls, tokens and cost by role, model and day",
            ("role", "model", "day", "calls", "failed", "questions", "tokens read",
             "from the cache", "written", "USD", "median s", "95th percentile s",
             "median s a question"),
            [
                (
                    row["role"],
                    row["model"],
                    str(row["called_on"]),
                    count(row["n_calls"]),
                    count(row["n_failed_calls"]),
                    count(row["n_questions"]),
                    count(row["prompt_tokens"]),
                    count(row["cached_tokens"]),
                    count(row["completion_tokens"]),
                    number(row["cost_usd"], 4),
                    number(_seconds(row["p50_latency_ms"]), 2),
                    number(_seconds(row["p95_latency_ms"]), 2),
                    number(_seconds_a_question(row), 2),
                )
                for row in rows
            ],
            frozenset(range(3, 13)),
        ),
    )  # fmt: skip


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _seconds_a_question(row: Row) -> float | None:
    seconds = _seconds(row["p50_latency_ms"])
    if seconds is None or not row["n_questions"]:
        return None
    return seconds * float(row["n_calls"]) / float(row["n_questions"])


def _waiting(tables: Tables) -> Grid:
    minutes = {
        name: sorted(
            row[name]
            for row in tables.rows("item_time_to_features", (name,), where=f"{name} is not null")
        )
        for name in ("minutes_to_published", "minutes_to_online")
    }
    labels = {
        "minutes_to_published": "until its tags are published",
        "minutes_to_online": "until they can be read online",
    }
    return Grid(
        "Minutes from the first sight of an item. Good: short, and the slowest item not far from "
        "the middle one.",
        ("waiting time", "items", "median", "slowest"),
        [
            (
                labels[name],
                count(len(found)),
                number(found[len(found) // 2] if found else None, 1),
                number(found[-1] if found else None, 1),
            )
            for name, found in minutes.items()
        ],
        frozenset({1, 2, 3}),
    )
