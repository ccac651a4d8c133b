"""Whether a build can write its files, asked before it opens one; nothing is made here."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from python_udfs.errors import PlaceError

__all__ = ["check_database", "check_folder", "register"]

# Where a DuckDB file, encrypted or not, has its mark.
_MARK, _MARKED = b"DUCK", slice(8, 12)


def check_database(path: Path, what: str, variable: str) -> None:
    """Raise PlaceError unless `path` is a DuckDB file, or can be made one, in a writable folder."""
    _check(_file_problem(path) or _folder_problem(path.parent), path, what, variable)


def check_folder(path: Path, what: str, variable: str) -> None:
    """Raise PlaceError unless the folder `path` can be written, or made."""
    _check(_folder_problem(path), path, what, variable)


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Give `connection` the function `publish_problem(path varchar) -> varchar`, '' if none."""

    def publish_problem(path: str) -> str:
        try:
            check_folder(Path(path), "the folder of published features", "TAGSMITH_PUBLISH_DIR")
        except PlaceError as error:
            return str(error)
        return ""

    connection.create_function("publish_problem", publish_problem, side_effects=True)


def _check(problem: str | None, path: Path, what: str, variable: str) -> None:
    if problem:
        raise PlaceError(
            f"{what} {path} cannot be written: {problem}; set {variable} to a writable place"
        )


def _file_problem(path: Path) -> str | None:
    if not os.access(path, os.F_OK):
        return None
    if path.is_dir():
        return "it is a folder"
    if not os.access(path, os.R_OK | os.W_OK):
        return "this user lacks the right"
    with path.open("rb") as file:
        head = file.read(_MARKED.stop)
    return "it is no DuckDB file" if head and head[_MARKED] != _MARK else None


def _folder_problem(path: Path) -> str | None:
    there = next(one for one in (path, *path.parents) if os.access(one, os.F_OK))
    if not there.is_dir():
        return f"{there} is no folder"
    if not os.access(there, os.W_OK | os.X_OK):
        return f"this user lacks the right to write the folder {there}"
    return None
