"""Serve an older version of the features again, or let builds publish again.

`make rollback [VERSION=...]` switches `current` to that version (default: the one before) and
holds publication: builds go on, but none is published until `make resume`. `make rollback` then
writes what is served into the history, and puts it online where there is a feature store.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from python_udfs.build_lock import build_lock
from python_udfs.errors import PublicationError, TagsmithError
from python_udfs.llm.recorder import utc_now
from python_udfs.publishing import PublishedFolder, resume, roll_back
from python_udfs.publishing.folder import quoted


def _attach(connection: duckdb.DuckDBPyConnection, ledger: Path) -> None:
    try:
        connection.execute(f"attach {quoted(ledger)} as ledger")
    except duckdb.IOException as error:
        raise PublicationError(
            f"{ledger} cannot be opened: {error}. Close whatever reads it, then try again; nothing "
            "was changed"
        ) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", default=None, help="a version that is kept")
    parser.add_argument("--list", action="store_true", help="only list the versions")
    parser.add_argument("--resume", action="store_true", help="let the next build publish")
    asked = parser.parse_args(arguments)
    ledger = Path(os.environ.get("TAGSMITH_LEDGER", "data/ledger.duckdb"))
    folder = PublishedFolder(Path(os.environ.get("TAGSMITH_PUBLISH_DIR", "data/published")))
    try:
        if asked.list:
            current = folder.current()
            for name in folder.versions():
                print(name, "(current)" if current and current.version == name else "")
            return 0
        if not ledger.is_file():
            raise PublicationError(f"{ledger} does not exist; set TAGSMITH_LEDGER")
        when_locked = os.environ.get("TAGSMITH_WHEN_LOCKED", "stop")
        timeout_s = float(os.environ.get("TAGSMITH_LOCK_TIMEOUT_S", "3600"))
        with build_lock(ledger, when_locked, timeout_s), duckdb.connect() as connection:
            _attach(connection, ledger)
            if asked.resume:
                resume(connection, utc_now())
                print(
                    "publication is resumed: the next `dbt build` that passes its gates publishes"
                )
            else:
                version = roll_back(connection, folder, asked.version or None, utc_now())
                print(
                    f"{folder.root}/current is {version} again; publication is held until "
                    "`make resume`"
                )
    except TagsmithError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
