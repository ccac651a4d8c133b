"""Do the scores mean what they say: reliability before and after calibration."""

from __future__ import annotations

from functools import partial

from tagsmith.report.blocks import Figure, Grid, Section, or_notice
from tagsmith.report.charts import LinePoint, Panel, lines
from tagsmith.report.tables import Tables
from tagsmith.report.wording import count, number

__all__ = ["STAGES", "section"]

STAGES = {"raw": "before calibration", "calibrated": "after calibration"}
_PANEL = "reliability"
_LEAST = 20  # candidates of a bin that is drawn; a share of fewer says nothing


def section(tables: Tables) -> Section:
    """Return the section; a notice stands where a table is missing."""
    return Section(
        "calibration",
        "Do the scores mean what they say?",
        "A candidate with a score of 0.8 should be a tag of people in 8 of 10 cases. Calibration "
        "moves the scores towards that, fitted on other items than the ones it is tried on.",
        or_notice(partial(_reliability, tables), partial(_error, tables)),
    )


def _reliability(tables: Tables) -> Figure:
    rows = [
        row for row in tables.rows(
            "score_reliability", ("stage", "bin", "mean_score", "hit_share", "n"),
            where="n > 0 and mean_score is not null and hit_share is not null",
        )
        if row["stage"] in STAGES
    ]  # fmt: skip
    rows.sort(key=lambda row: (list(STAGES).index(row["stage"]), row["mean_score"]))
    stages = [stage for stage in STAGES if any(row["stage"] == stage for row in rows)]
    return Figure(
        title="Reliability of the candidate score",
        shows="The share of hits among candidates by their score, before and after calibration.",
        good="On the dashed diagonal a score is the chance of a hit; below it the scores promise "
        "too much.",
        definition="Each point is a bin of scores: its mean score, and the share of its candidates "
        "that people gave the item (exact match).",
        note="Both axes from 0 to 1; "
        + ", ".join(
            f"{count(sum(row['n'] for row in rows if row['stage'] == stage))} candidates "
            f"{STAGES[stage]}"
            for stage in stages
        )
        + f". Bins of fewer than {_LEAST} stand in the table alone.",
        chart=lines(
            [Panel(_PANEL, "mean score of the bin", "share of hits", None, (0, 1), (0, 1))],
            [
                LinePoint(_PANEL, STAGES[row["stage"]], row["mean_score"], row["hit_share"])
                for row in rows
                if row["n"] >= _LEAST
            ],
            {STAGES["raw"]: 2, STAGES["calibrated"]: 0},
            "Reliability curve of the candidate score before and after calibration",
            diagonal=True,
        ),
        grid=Grid(
            "Reliability by bin of scores",
            ("stage", "bin", "mean score", "share of hits", "candidates"),
            [
                (
                    STAGES[row["stage"]],
                    str(row["bin"]),
                    number(row["mean_score"]),
                    number(row["hit_share"]),
                    count(row["n"]),
                )
                for row in rows
            ],
            frozenset({1, 2, 3, 4}),
        ),
    )


def _error(tables: Tables) -> Grid:
    rows = tables.rows("score_calibration_error", ("stage", "ece", "brier", "n"))
    rows.sort(key=lambda row: row["stage"] != "raw")
    return Grid(
        "Calibration error, lower is better. ECE: mean distance of score and share of hits over "
        "the bins, weighted by their candidates. Brier: mean squared distance of score and hit.",
        ("stage", "ECE", "Brier", "candidates"),
        [
            (
                STAGES.get(row["stage"], str(row["stage"])),
                number(row["ece"]),
                number(row["brier"]),
                count(row["n"]),
            )
            for row in rows
        ],
        frozenset({1, 2, 3}),
    )
