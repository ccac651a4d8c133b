"""Opens a DuckDB file of the project for reading; errors name a remedy.

TAGSMITH_SCHEMA names the schema of the tables, if it is not main (docs/package.md); the ledger
has its own in main.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from python_udfs.errors import InputError

__all__ = ["open_read_only"]


@contextmanager
def open_read_only(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a read-only connection to `path`; closed at the end, since a reader blocks builds.

    Raises InputError if the file is missing, in use or lacks a requested table.
    """
    if not path.is_file():
        raise InputError(
            f"{path} does not exist; run `make build` first, or set TAGSMITH_WAREHOUSE"
        )
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        raise InputError(
            f"{path} is in use, most likely by a running build; try again when it has ended. "
            "Meanwhile read the published features (data/published/current)"
        ) from error
    try:
        named = "from duckdb_schemas() select schema_name where schema_name = ? and not internal"
        for (schema,) in connection.execute(
            named, [os.environ.get("TAGSMITH_SCHEMA", "")]
        ).fetchall():
            connection.execute(f'set schema = "{schema}"')
        yield connection
    except duckdb.CatalogException as error:
        missing = str(error).splitlines()[0]
        raise InputError(f"{path} is only partly built ({missing}); run `make build`") from error
    finally:
        connection.close()
