"""How this run differs from the last one, without any truth."""

from __future__ import annotations

from functools import partial

from tagsmith.report.blocks import Grid, Section, or_notice
from tagsmith.report.tables import Tables
from tagsmith.report.wording import number, signed

__all__ = ["section"]

_COLUMNS = (
    "measure", "value", "last_value", "change", "lowest", "highest", "most_change",
    "is_within_limits",
)  # fmt: skip


def section(tables: Tables) -> Section:
    """Return the section; a notice stands where run_health is missing."""
    return Section(
        "health",
        "Health of this run against the last",
        "These figures need no truth: they warn when a run differs from the one before more than "
        "it should. Publication waits until every one is within its limit.",
        or_notice(partial(_grid, tables)),
    )


def _grid(tables: Tables) -> Grid:
    rows = tables.rows("run_health", _COLUMNS)
    return Grid(
        "Measures of this run and of the version that was served before it, with their limits. "
        "Good: every measure is within its limits. Shares from 0 to 1; the change of tags per item "
        "is their ratio minus 1.",
        ("measure", "this run", "last", "change", "at least", "at most", "largest change",
         "within"),
        [
            (
                row["measure"].replace("_", " "),
                number(row["value"]),
                number(row["last_value"]),
                signed(row["change"]),
                number(row["lowest"]),
                number(row["highest"]),
                number(row["most_change"]),
                "yes" if row["is_within_limits"] else "no",
            )
            for row in rows
        ],
        frozenset(range(1, 7)),
    )  # fmt: skip
