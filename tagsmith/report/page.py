"""The page: every section read from one warehouse and rendered as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from tagsmith.report.blocks import Section
from tagsmith.report.palette import MARKS
from tagsmith.report.sections import (
    calibration,
    efficiency,
    evaluators,
    experiments,
    gauges,
    health,
    items,
    quality,
    slices,
    stages,
    summary,
    tradeoff,
)
from tagsmith.report.tables import Tables

__all__ = ["render_report"]

_ITEMS = 8


@dataclass(frozen=True)
class _Source:
    """What the page was made from, as its foot says it."""

    catalogue: str
    generated_at: str
    pipeline_version: str
    models: Sequence[str]


def render_report(connection: duckdb.DuckDBPyConnection, n_items: int = _ITEMS) -> str:
    """Return the page as HTML: no script, no request, the same bytes for the same warehouse.

    A table that is missing or empty leaves a sentence in its place, never an error.
    """
    tables = Tables(connection)
    sections: list[Section] = [
        summary.section(tables),
        quality.section(tables),
        stages.section(tables),
        gauges.section(tables),
        slices.section(tables),
        evaluators.section(tables),
        calibration.section(tables),
        tradeoff.section(tables),
        experiments.section(tables),
        efficiency.section(tables),
        health.section(tables),
        items.section(tables, n_items),
    ]
    return _templates().get_template("page.html.j2").render(
        sections=sections, source=_source(tables), shapes=[mark.shape for mark in MARKS]
    )  # fmt: skip


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("tagsmith.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["coded"] = _coded
    return templates


def _coded(text: str) -> Markup:
    """Return `text` escaped, with what stands between backticks as code."""
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part
        for place, part in enumerate(parts)
    )


def _source(tables: Tables) -> _Source:
    generated = [
        row["generated_at"]
        for row in tables.rows_or_none(
            "item_features", ("generated_at",), where="generated_at is not null"
        )
    ]
    return _Source(
        {"own": "your own catalogue", "sample": "the sample catalogue"}.get(
            tables.setting("catalogue") or "", "an unnamed catalogue"
        ),
        f"{max(generated):%Y-%m-%d %H:%M} UTC" if generated else "unknown",
        tables.setting("pipeline_version") or "unknown",
        sorted({row["model"] for row in tables.rows_or_none("llm_usage", ("model",))}),
    )
