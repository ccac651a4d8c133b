"""Relative paths start at the project's folder, never at the folder in which a command starts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

__all__ = ["in_project", "is_file", "place_databases"]

# `md:films`, `s3://...`, `ducklake:...`; a single letter is a drive. `:memory:` is no file either.
_NO_FILE = re.compile(r":|[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_FILE_TYPES = {"", "duckdb", "sqlite"}


def is_file(path: str) -> bool:
    """Whether `path` is one of this machine, not an address or a database in memory."""
    return bool(path) and not _NO_FILE.match(path)


def in_project(path: str, project: Path) -> str:
    """`path` as an absolute one, from `project` on if it is relative; addresses are unchanged."""
    if not is_file(path):
        return path
    return str(project / Path(path).expanduser())


def place_databases(credentials: Any, project: Path) -> None:
    """Make the paths of a dbt-duckdb profile absolute: the warehouse and attached files."""
    credentials.path = in_project(credentials.path, project)
    for attached in credentials.attach or []:
        if (attached.type or "").lower() in _FILE_TYPES:
            attached.path = in_project(attached.path, project)
