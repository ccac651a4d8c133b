"""What the next build would ask, and what that costs: `tagsmith estimate`, before any call."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from python_udfs.errors import TagsmithError
from python_udfs.llm.recorder import utc_now
from tagsmith.options import LEDGER, WAREHOUSE, Ledger, Vars, Warehouse, parsed_vars
from tagsmith.plain_text import table
from tagsmith.systems import Dbt
from tagsmith.warehouse import open_read_only

__all__ = ["estimate", "lines_of"]

_SCHEMA = "estimate"
_SELECTION = ("--select", "+int_tag_reasons", "--exclude-resource-type", "test", "unit_test")
_HEADER = ("role", "questions", "calls", "tokens", "USD", "in batches", "minutes")


def lines_of(ledger: duckdb.DuckDBPyConnection, since: dt.datetime) -> list[str]:
    """The estimate of the run that began at `since`: a line for each role, and their sum."""
    rows = ledger.execute(
        """
        with asked as (
            from llm_estimates where not is_asked and estimated_at >= $since
        )
        select coalesce(role, 'all'), sum(n_questions), sum(n_calls), sum(n_tokens),
            sum(n_tokens_low), sum(n_tokens_high), bool_and(cost_usd is not null), sum(cost_usd),
            sum(cost_usd_low), sum(cost_usd_high), sum(batch_usd), sum(minutes),
            sum(minutes_low), sum(minutes_high)
        from asked group by rollup (role) having count(*) > 0
        order by role nulls last
        """,
        {"since": since},
    ).fetchall()
    cells = []
    for role, n_questions, n_calls, n, n_low, n_high, is_priced, *usd_and_minutes in rows:
        usd, low, high, batch, minutes, minutes_low, minutes_high = usd_and_minutes
        cells.append(
            (
                role,
                f"{n_questions:,}",
                f"{n_calls:,}",
                f"{n:,} ({n_low:,} to {n_high:,})",
                f"{usd:.4f} ({low:.4f} to {high:.4f})" if is_priced else "no known price",
                f"{batch:.4f}" if is_priced else "-",
                f"{minutes:.1f} ({minutes_low:.1f} to {minutes_high:.1f})",
            )
        )
    return table(_HEADER, cells) if cells else ["the ledger has every answer; nothing to ask"]


def estimate(
    arguments: Annotated[list[str] | None, typer.Argument(help="of dbt build")] = None,
    variables: Vars = "{}",
    warehouse: Warehouse = WAREHOUSE,
    ledger: Ledger = LEDGER,
    confirm: Annotated[
        bool, typer.Option(help="ask in a terminal whether to go on, if that costs something")
    ] = False,
) -> None:
    """Say what the next build would ask and what it would cost; asks and changes nothing.

    Questions that depend on open answers (verdicts, reasons) are predicted: from the ledger, else
    from what the settings allow.
    """
    since, is_new = utc_now(), not warehouse.exists()
    dbt = Dbt({**parsed_vars(variables), "allow_calls": False})
    try:
        if dbt("--quiet", "build", *_SELECTION, *(arguments or []), schema=_SCHEMA):
            raise TagsmithError("the questions of the next build could not be counted (see above)")
    finally:
        _drop(warehouse, is_new=is_new)
    with open_read_only(ledger) as connection:
        lines = lines_of(connection, since)
    print("\n".join(lines), flush=True)
    if confirm and len(lines) > 1 and sys.stdin.isatty():
        typer.confirm("ask these questions?", abort=True)


def _drop(warehouse: Path, *, is_new: bool) -> None:
    """Remove the tables of the estimate; those of the last build were not touched."""
    if is_new:
        warehouse.unlink(missing_ok=True)
    elif warehouse.is_file():
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(f"drop schema if exists {_SCHEMA} cascade")
