"""All commands under one name; `tagsmith --help` lists them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from python_udfs.errors import TagsmithError
from tagsmith.check import check
from tagsmith.cold_start import cold_start
from tagsmith.compare import compare
from tagsmith.convert import convert
from tagsmith.diff import diff
from tagsmith.estimate import estimate
from tagsmith.evaluate import evaluate
from tagsmith.nightly import nightly
from tagsmith.real_catalogue import real_catalogue
from tagsmith.recommend import recommend
from tagsmith.report import report
from tagsmith.retry import retry
from tagsmith.rollback import resume, rollback
from tagsmith.summary import summary
from tagsmith.why import why

__all__ = ["app", "main"]

app = typer.Typer(
    help="Read, compare and serve the tags of builds.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _command in (
    check, why, diff, compare, summary, evaluate, report, recommend, rollback, resume, nightly,
    cold_start, real_catalogue, convert,
):  # fmt: skip
    app.command()(_command)
# Options that are not theirs are dbt's.
_FOR_DBT = {"ignore_unknown_options": True}
app.command(context_settings=_FOR_DBT)(estimate)
app.command(context_settings=_FOR_DBT)(retry)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status, 1 with a message if the user can fix the cause."""
    try:
        app(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    except TagsmithError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
