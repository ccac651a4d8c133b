"""What the two thresholds trade: alpha, schema or novel; beta, accepted or not."""

from __future__ import annotations

from functools import partial

from python_udfs.errors import InputError
from tagsmith.report.blocks import Figure, Grid, Section, or_notice
from tagsmith.report.charts import LinePoint, Panel, lines
from tagsmith.report.tables import Tables
from tagsmith.report.wording import count, number, percent

__all__ = ["section"]

_COLUMNS = (
    "parameter", "value", "is_current", "n_considered", "n_passed", "passed_share",
    "n_comparable", "n_hits", "hit_share",
)  # fmt: skip
_SHARES = {"alpha": "share mapped to the schema", "beta": "share accepted by an evaluator"}
_HIT_SHARE = "share of these that people gave, too"
_SHOWS = {
    "alpha": "What share of the distinct candidates is mapped to a tag of the schema as alpha "
    "rises, and what share of the mapped tags people gave the item.",
    "beta": "What share of the judged novel tags is accepted as beta rises, and what "
    "share of the accepted tags people gave the item.",
}
_GOOD = {
    "alpha": "A good alpha lies where the share that people gave has stopped rising: more would "
    "only throw mapped tags away. The dashed line is the value in use.",
    "beta": "A good beta leaves out tags that people did not give. As it rises the lenient bar "
    "rises and the strict bar falls, so more can be accepted, not only less. People seldom give a "
    "novel tag word for word, so their share is low by nature. The dashed line is the value in "
    "use.",
}
_DEFINITIONS = {
    "alpha": "A candidate is mapped if its similarity to the nearest base tag is over alpha. "
    "A hit is a manual tag of the item, by exact match.",
    "beta": "Accepted: the lenient score is over beta or the strict score is over 1 - beta. "
    "A hit is a manual tag of the item, by exact match.",
}


def section(tables: Tables) -> Section:
    """Return the section; a notice stands where alpha_beta_tradeoff is missing."""
    return Section(
        "trade-off",
        "What alpha and beta trade",
        "Both thresholds were moved over the answers that are there; no model was asked again.",
        or_notice(*(partial(_figure, tables, parameter) for parameter in _SHARES)),
    )


def _figure(tables: Tables, parameter: str) -> Figure:
    rows = tables.rows(
        "alpha_beta_tradeoff", _COLUMNS, where="parameter = ? and n_considered > 0",
        values=(parameter,),
    )  # fmt: skip
    if not rows:
        raise InputError(f"No candidate that {parameter} decides is in alpha_beta_tradeoff.")
    current = next((row["value"] for row in rows if row["is_current"]), None)
    share = _SHARES[parameter]
    points = [LinePoint(parameter, share, row["value"], row["passed_share"]) for row in rows]
    points += [
        LinePoint(parameter, _HIT_SHARE, row["value"], row["hit_share"])
        for row in rows
        if row["hit_share"] is not None
    ]
    return Figure(
        title=f"As {parameter} moves",
        shows=_SHOWS[parameter],
        good=_GOOD[parameter],
        definition=_DEFINITIONS[parameter],
        note=f"Shares from 0 to 1 over {count(rows[0]['n_considered'])} pairs of item and tag; "
        "hits over those of items with manual tags.",
        chart=lines(
            [Panel(parameter, parameter, "share", current, y_domain=(0, 1), is_share=True)],
            points,
            {share: 0, _HIT_SHARE: 2},
            f"Two lines over {parameter}: {share}, and {_HIT_SHARE}",
        ),
        grid=Grid(
            f"By value of {parameter}",
            (parameter, "pairs", share, "with manual tags", "of them hits", "share"),
            [
                (
                    number(row["value"], 2) + (" (in use)" if row["is_current"] else ""),
                    count(row["n_considered"]),
                    f"{count(row['n_passed'])} ({percent(row['passed_share'])})",
                    count(row["n_comparable"]),
                    count(row["n_hits"]),
                    number(row["hit_share"]),
                )
                for row in rows
            ],
            frozenset(range(6)),
        ),
    )
