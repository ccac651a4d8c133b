"""The page: reads every section from one warehouse and renders one HTML file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tagsmith.report.blocks import Blocks
from tagsmith.report.drawing import GLYPHS
from tagsmith.report.reading import Warehouse
from tagsmith.report.wording import FILTERS

__all__ = ["open_blocks", "read_section", "render_report"]

_ITEMS = 8


def render_report(connection: duckdb.DuckDBPyConnection, n_items: int = _ITEMS) -> str:
    """Return the page as HTML: no script, no request, the same bytes for the same warehouse.

    A missing or empty table becomes a sentence in its place, never an error.
    """
    blocks = open_blocks(connection, n_items)
    sections = [read_section(blocks, anchor) for anchor in blocks.terms["sections"]]
    page = _templates().get_template("page.html.j2")
    return page.render(sections=sections, source=_source(blocks), glyphs=list(GLYPHS.values()))


def open_blocks(connection: duckdb.DuckDBPyConnection, n_items: int = _ITEMS) -> Blocks:
    """Return the builder of blocks, with the settings of the warehouse's run."""
    terms = _declared("terms")
    warehouse = Warehouse(connection, terms["remedies"], terms["relations"])
    settings = warehouse.rows_or_none("select name, value from run_settings")
    terms["settings"] |= {setting["name"]: setting["value"] for setting in settings}
    return Blocks(warehouse, _templates(), {**terms, "n_cards": n_items})


def read_section(blocks: Blocks, anchor: str) -> dict[str, Any]:
    """Return a section: anchor, title, lead and blocks."""
    declared = _declared(f"sections/{anchor}")
    made = {"lead": blocks.text(declared["lead"], {}), "blocks": blocks.made(declared["blocks"])}
    return {"anchor": anchor, "title": declared["title"], **made}


def _declared(name: str) -> dict[str, Any]:
    file = files("tagsmith.report").joinpath(f"{name}.yml")
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


@cache
def _templates() -> Environment:
    # The page escapes the texts of sections when it includes them.
    templates = Environment(
        loader=PackageLoader("tagsmith.report", "."),
        autoescape=select_autoescape(("j2",), default_for_string=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(FILTERS)
    return templates


def _source(blocks: Blocks) -> dict[str, Any]:
    """Return the source of the page for its header."""
    read, settings = blocks.warehouse.rows_or_none, blocks.terms["settings"]
    generated = read("select max(generated_at) as latest from item_features")
    latest = generated[0]["latest"] if generated else None
    models = read("select distinct model from llm_usage order by model")
    catalogues = {"own": "your own catalogue", "sample": "the sample catalogue"}
    return {
        "catalogue": catalogues.get(settings.get("catalogue", ""), "an unnamed catalogue"),
        "generated_at": f"{latest:%Y-%m-%d %H:%M} UTC" if latest else "unknown",
        "pipeline_version": settings.get("pipeline_version") or "unknown",
        "models": [row["model"] for row in models],
    }
