"""Options that several commands share, each with the environment variable that builds read too."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["LEDGER", "PUBLISH_DIR", "WAREHOUSE", "Ledger", "PublishDir", "Warehouse"]

WAREHOUSE = Path("data/warehouse.duckdb")
LEDGER = Path("data/ledger.duckdb")
PUBLISH_DIR = Path("data/published")

Warehouse = Annotated[
    Path, typer.Option(envvar="TAGSMITH_WAREHOUSE", help="The DuckDB file that a build wrote.")
]
Ledger = Annotated[
    Path, typer.Option(envvar="TAGSMITH_LEDGER", help="The DuckDB file with all answers.")
]
PublishDir = Annotated[
    Path, typer.Option(envvar="TAGSMITH_PUBLISH_DIR", help="Where versions are published.")
]
