"""Serve an older version of the features again, or let builds publish again.

`make rollback [VERSION=...]` switches `current` to that version (default: the previous one)
and holds publication: builds run, but publish nothing until `make resume`. `make rollback` then
writes the served version into the history, and loads it online if there is a feature store.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from python_udfs import publishing
from python_udfs.build_lock import build_lock
from python_udfs.errors import PublicationError
from python_udfs.llm.recorder import utc_now
from python_udfs.publishing import PublishedFolder
from python_udfs.publishing.folder import quoted
from tagsmith.options import LEDGER, PUBLISH_DIR, Ledger, PublishDir


def _attach(connection: duckdb.DuckDBPyConnection, ledger: Path) -> None:
    try:
        connection.execute(f"attach {quoted(ledger)} as ledger")
    except duckdb.IOException as error:
        raise PublicationError(
            f"{ledger} cannot be opened: {error}. Close its readers, then try again; nothing "
            "was changed"
        ) from error


@contextmanager
def _opened(ledger: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The ledger, locked so that no build writes at the same time."""
    if not ledger.is_file():
        raise PublicationError(f"{ledger} does not exist; set TAGSMITH_LEDGER")
    when_locked = os.environ.get("TAGSMITH_WHEN_LOCKED", "stop")
    timeout_s = float(os.environ.get("TAGSMITH_LOCK_TIMEOUT_S", "3600"))
    with build_lock(ledger, when_locked, timeout_s), duckdb.connect() as connection:
        _attach(connection, ledger)
        yield connection


def rollback(
    version: Annotated[str, typer.Option(help="a kept version; default: the previous one")] = "",
    ledger: Ledger = LEDGER,
    publish_dir: PublishDir = PUBLISH_DIR,
    *,
    only_list: Annotated[bool, typer.Option("--list", help="only list the versions")] = False,
) -> None:
    """Serve an older version again, and hold publication until `tagsmith resume`."""
    folder = PublishedFolder(publish_dir)
    if only_list:
        current = folder.current()
        for name in folder.versions():
            print(name, "(current)" if current and current.version == name else "")
        return
    with _opened(ledger) as connection:
        served = publishing.roll_back(connection, folder, version or None, utc_now())
    print(f"{folder.root}/current is {served} again; publication is held until `make resume`")


def resume(ledger: Ledger = LEDGER) -> None:
    """Let builds publish again after a rollback."""
    with _opened(ledger) as connection:
        publishing.resume(connection, utc_now())
    print("publication is resumed: the next `dbt build` that passes its gates publishes")
