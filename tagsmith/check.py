"""What a build would read: `tagsmith check`, the first command on a catalogue of your own.

Runs only the staging models, into a warehouse and a ledger of its own under target/check; no call
is made, and the build's own files are not opened.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import typer

from python_udfs.build_lock import build_lock
from python_udfs.writable import check_folder
from tagsmith.check_profile import write_profile
from tagsmith.options import Vars, parsed_vars, project_folder
from tagsmith.plain_text import plain, table
from tagsmith.staging_run import StagingRun, run_staging

__all__ = ["Column", "Input", "check", "described", "read_inputs"]

# Lines of a name and a number, or of any values: (heading, SQL). A table of what was inferred about
# inputs is one more line here.
_SECTIONS = (
    (
        "tags that people gave",
        "select 'are base tags or their aliases', count(distinct tag) filter (tag in (select tag "
        "from stg_base_tags union all select unnest(aliases) from stg_base_tags)) "
        "|| ' of ' || count(distinct tag) from stg_manual_tags having count(*) > 0",
    ),
    (
        "how columns are written",
        "select input_name || '.' || column_name, form from stg_input_columns "
        "where form is not null order by all",
    ),
    (
        "posters that cannot be used",
        "select rejected_reason, count(*) || ', e.g. ' || min(poster_uri) from stg_poster_files "
        "where rejected_reason is not null group by all order by count(*) desc",
    ),
)
# The fullest item and the shortest, which shows what is missing.
_TEXTS = """
    (select item_id, n_text_tokens, item_text from stg_item_texts
        order by n_text_tokens desc, item_id limit 1)
    union
    (select item_id, n_text_tokens, item_text from stg_item_texts
        order by n_text_tokens, item_id limit 1)
    order by n_text_tokens desc
"""
_COUNTS = """
    select input_name, place, column_name, is_ours, n_rows, n_given
    from main.input_counts
    order by rowid
"""
_LOST = """
    select
        table_name, column_name, scope, reason, count(*) as n_lost,
        list_sort(list(distinct coalesce(
            case scope when 'value' then row_json ->> ('$."' || column_name || '"') end,
            case scope when 'value' then row_json ->> 'value' end,
            row_key, row_json
        )))[:3] as examples
    from stg_rejected_rows
    group by all
    order by n_lost desc, reason
"""


# How the macro write_input_counts names what is no file or table of the user's.
_NOT_OWN = ("none", "the sample")


@dataclass
class Column:
    """A column: rows with a value, and what staging could not use with reason and examples."""

    name: str
    is_ours: bool
    n_given: int
    lost: list[tuple[str, str, int, list[str]]] = field(default_factory=list)


@dataclass
class Input:
    """An input: where it is, its rows, its columns by name and the share of its ids in items."""

    name: str
    place: str
    n_rows: int
    columns: dict[str, Column] = field(default_factory=dict)
    n_ids: int = 0
    n_ids_met: int = 0


def read_inputs(
    connection: duckdb.DuckDBPyConnection, row_models: Mapping[str, str]
) -> list[Input]:
    """The inputs of a run, from the table main.input_counts and those of staging.

    `row_models` names the staging table of each input's rows.
    """
    inputs: dict[str, Input] = {}
    for name, place, column, is_ours, n_rows, n_given in connection.execute(_COUNTS).fetchall():
        one = inputs.setdefault(name, Input(name, place, n_rows))
        one.columns[column] = Column(column, is_ours, n_given)
    for name, column, scope, reason, n_lost, examples in connection.execute(_LOST).fetchall():
        if name in inputs:
            found = inputs[name].columns.setdefault(column, Column(column, True, 0))
            found.lost.append((scope, reason, n_lost, examples))
    for name, rows in row_models.items():
        if name != "items" and inputs[name].n_rows and "item_id" in inputs[name].columns:
            ((inputs[name].n_ids, inputs[name].n_ids_met),) = connection.execute(
                f"select count(distinct item_id), count(distinct item_id) filter (item_id in "
                f'(select item_id from stg_items)) from "{rows}"'
            ).fetchall()
    return list(inputs.values())


def described(one: Input) -> list[str]:
    """Lines on an input: rows, columns with values, what was lost, and what is not read."""
    columns = [column for column in one.columns.values() if column.is_ours]
    losses = [(column.name, *lost) for column in columns for lost in column.lost]
    if one.place in _NOT_OWN and not losses:
        n_rows = f", {one.n_rows:,} rows" if one.n_rows else ""
        return [f"{one.name}: {one.place}{n_rows}"]
    n_rejected = sum(n_lost for _, scope, _, n_lost, _ in losses if scope == "row")
    lines = [
        f"{one.name}: {plain(one.place)}",
        f"  {one.n_rows:,} rows, {n_rejected:,} of them rejected",
    ]
    if one.n_ids:
        share = one.n_ids_met / one.n_ids
        lines.append(f"  {one.n_ids_met:,} of {one.n_ids:,} item ids are in items ({share:.1%})")
    lines += table(
        ("column", "rows with a value", "share", "values lost"),
        [
            (column.name, f"{column.n_given:,}", f"{column.n_given / one.n_rows:.1%}",
             f"{sum(n for scope, _, n, _ in column.lost if scope == 'value'):,}")
            for column in columns if column.n_given
        ],
    )  # fmt: skip
    for name, scope, reason, n_lost, examples in losses:
        shown = ", ".join(repr(plain(value)) for value in examples if value is not None)
        lines.append(
            f"  {name}: {n_lost:,} {scope}{'s' if n_lost > 1 else ''} lost, {plain(reason)}"
            + (f"; e.g. {shown}" if shown else "")
        )
    empty = [plain(column.name) for column in columns if not column.n_given]
    if empty:
        lines.append(f"  without any value: {', '.join(empty)}")
    unread = [plain(column.name) for column in one.columns.values() if not column.is_ours]
    if unread:
        lines.append(
            f"  not read: {', '.join(unread)}; map what is ours under another name with "
            f"--vars '{{{one.name}_columns: {{yours: ours}}}}'"
        )
    return lines


def _other_sections(connection: duckdb.DuckDBPyConnection) -> list[str]:
    lines = []
    for heading, sql in _SECTIONS:
        rows = connection.execute(sql).fetchall()
        if rows:
            lines += ["", heading]
            lines += ["  " + ": ".join(plain(str(value)) for value in row) for row in rows]
    return lines


def _texts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    lines = []
    for item_id, n_tokens, text in connection.execute(_TEXTS).fetchall():
        lines += ["", f"{plain(item_id)} as it would be sent (about {n_tokens:,} tokens)"]
        lines += ["  " + plain(line) for line in text.splitlines()]
    return lines


def _report(warehouse: Path, run: StagingRun) -> list[str]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(f'set schema = "{run.schema}"')
        lines = []
        for one in read_inputs(connection, run.row_models):
            lines += ["", *described(one)]
        return [*lines[1:], *_other_sections(connection), *_texts(connection)]


def check(variables: Vars = "{}") -> None:
    """Read all inputs as configured, without a call, and show what a build would make of them."""
    project = project_folder()
    target = project / os.environ.get("DBT_TARGET_PATH", "target")
    folder = target / "check"
    warehouse = folder / "check.duckdb"
    given = parsed_vars(variables)
    check_folder(folder, "the folder of checks", "DBT_TARGET_PATH")
    # Two checks at once would remove each other's files.
    with build_lock(folder / "check", "stop"):
        for file in folder.glob("*.duckdb*"):
            file.unlink()
        write_profile(project, folder, given)
        run = run_staging(project, folder, given)
        print("\n".join(_report(warehouse, run)))
    if run.failed:
        print("\na build would fail")
        for gate, told in run.failed:
            print(f"  {gate}: {told}")
        raise typer.Exit(1)
