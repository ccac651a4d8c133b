"""Draws the stages of the project into docs/architecture.md, from dbt's manifest: `make docs`.

A box per folder of models with its number of models, and an arrow if a model of one folder reads a
model of another.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
PAGE = PROJECT / "docs/architecture.md"
BEGIN = "<!-- drawn from dbt's manifest by `make docs` -->\n"
END = "<!-- end of the drawing -->\n"
# The core from left to right, then the other folders.
_CORE = (
    "staging", "generation", "search", "verification", "features", "publication",
    "operations",
)  # fmt: skip
_BESIDE = ("recommendation", "evaluation", "experiments")


def drawing(manifest: dict[str, Any]) -> str:
    """A Mermaid flowchart of the stages; `manifest` is target/manifest.json."""
    nodes = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in {"model", "snapshot"}
    }
    stage_of = {name: node["fqn"][1] for name, node in nodes.items()}
    n_models = Counter(stage_of.values())
    edges = {
        (stage_of[parent], stage_of[name])
        for name, node in nodes.items()
        for parent in node["depends_on"]["nodes"]
        if parent in stage_of and stage_of[parent] != stage_of[name]
    }
    order = [stage for stage in (*_CORE, *_BESIDE) if stage in n_models]
    order += sorted(n_models.keys() - set(order))
    lines = ["```mermaid", "flowchart LR"]
    lines += [f'    {stage}["{stage}<br/>{n_models[stage]} models"]' for stage in order]
    lines += [
        f"    {one} {'-->' if other in _CORE else '-.->'} {other}"
        for one, other in sorted(edges, key=lambda edge: [order.index(stage) for stage in edge])
        # All stages read the staged tables and settings; only the first arrow is informative.
        if one != "staging" or other == "generation"
    ]
    return "\n".join([*lines, "```\n"])


def with_drawing(page: str, manifest: dict[str, Any]) -> str:
    """The text of the page with the drawing between its marks; ValueError if they are missing."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE.name} lacks the line {BEGIN.strip()} or {END.strip()}")
    return head + begin + drawing(manifest) + end + tail


def main(manifest: str = "target/manifest.json") -> None:
    """Write the page."""
    found = json.loads((PROJECT / manifest).read_text(encoding="utf-8"))
    PAGE.write_text(with_drawing(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
