"""What A/B tests say: ratios of the group with generated tags to the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tagsmith.report.blocks import Block, Figure, Grid, Section, or_notice
from tagsmith.report.charts import Panel, Point, intervals
from tagsmith.report.tables import Row, Tables
from tagsmith.report.wording import count, interval, metric_label, number, percent

__all__ = ["metric_rows", "section"]

_COLUMNS = (
    "experiment_id", "slice", "metric", "value_a", "value_b", "ratio", "ratio_low", "ratio_high",
    "p_value", "p_value_adjusted", "is_significant", "minimum_detectable_effect",
    "planned_effect", "variance_reduction", "method", "remark",
)  # fmt: skip
_GROUPS = {"no difference that shows": 1, "B higher": 3, "B lower": 2}


def metric_rows(tables: Tables) -> list[Row]:
    """Return the rows of experiment_metrics, those without a ratio as well."""
    return tables.rows("experiment_metrics", _COLUMNS)


def section(tables: Tables) -> Section:
    """Return the section; a notice stands where no experiment was read."""
    return Section(
        "experiments",
        "What A/B tests say",
        "Users of group A and of group B see different recommendations; in the paper A's rest on "
        "the tags of people and B's on generated tags. Each ratio is B divided by A, as the "
        "paper's Table 2 prints them.",
        or_notice(partial(_checks, tables), partial(_figures, tables)),
    )


def _checks(tables: Tables) -> Grid:
    rows = tables.rows(
        "experiment_checks",
        ("experiment_id", "n_users_a", "n_users_b", "srm_p_value", "n_users_in_both",
         "n_users_with_unseen_clicks", "is_valid",
         "remark"),
    )  # fmt: skip
    return Grid(
        "Checks before any figure: are the groups as large as planned (a p-value under "
        f"{tables.setting('srm_alarm') or '0.001'} says no), and did users see both? Good: every "
        "experiment is valid.",
        ("experiment", "users A", "users B", "p of group sizes", "users in both",
         "users with unseen clicks", "valid",
         "remark"),
        [
            (
                row["experiment_id"],
                count(row["n_users_a"]),
                count(row["n_users_b"]),
                number(row["srm_p_value"], 4),
                count(row["n_users_in_both"]),
                count(row["n_users_with_unseen_clicks"]),
                "yes" if row["is_valid"] else "no",
                row["remark"] or "",
            )
            for row in rows
        ],
        frozenset({1, 2, 3, 4, 5}),
    )  # fmt: skip


def _group(row: Row) -> str:
    if not row["is_significant"]:
        return "no difference that shows"
    return "B higher" if row["ratio"] > 1 else "B lower"


def _figures(tables: Tables) -> Sequence[Block]:
    rows = metric_rows(tables)
    experiments = sorted({row["experiment_id"] for row in rows})
    return [
        _figure(name, [row for row in rows if row["experiment_id"] == name])
        for name in experiments
    ]  # fmt: skip


def _figure(experiment: str, rows: Sequence[Row]) -> Figure:
    slices = sorted({row["slice"] for row in rows}, key=lambda name: (name != "all", name))
    labels = {"all": "all items"}
    return Figure(
        title=f"Ratios B/A of {experiment}",
        shows="How clicks, conversions, views and coverage of group B compare with group A.",
        good="Right of 1 group B is higher. A line that crosses 1 shows no difference; a mark "
        "counts as different only after the correction for several metrics.",
        definition="CTR: clicks per exposure. CVR: conversions per click. PV: views per assigned "
        "user. UV: share of assigned users with a view. Coverage: distinct items exposed. "
        "Least effect: the change that groups of this size find with the set power, beside the one "
        "known before the start.",
        note="Ratios without unit, with intervals by user.",
        chart=intervals(
            [Panel(labels.get(name, name.replace("_", " ")), "B / A", reference=1)
             for name in slices],
            [
                Point(
                    labels.get(row["slice"], row["slice"].replace("_", " ")),
                    metric_label(row["metric"]),
                    _group(row),
                    row["ratio"],
                    row["ratio_low"],
                    row["ratio_high"],
                )
                for row in rows
                if row["ratio"] is not None
            ],
            _GROUPS,
            f"Forest plot of the ratios B/A of experiment {experiment} by metric",
        ),
        grid=Grid(
            f"Figures of {experiment}",
            ("slice", "metric", "A", "B", "B/A", "95 % interval", "p", "p corrected",
             "least effect to be found", "as planned", "variance saved", "method", "remark"),
            [
                (
                    row["slice"],
                    metric_label(row["metric"]),
                    number(row["value_a"], 4),
                    number(row["value_b"], 4),
                    number(row["ratio"]),
                    interval(row["ratio_low"], row["ratio_high"]),
                    number(row["p_value"], 4),
                    number(row["p_value_adjusted"], 4),
                    percent(row["minimum_detectable_effect"], 1),
                    percent(row["planned_effect"], 1),
                    percent(row["variance_reduction"]),
                    row["method"].replace("_", " "),
                    row["remark"] or "",
                )
                for row in rows
            ],
            frozenset(range(2, 11)),
        ),
    )  # fmt: skip
