"""dbt-duckdb plugin: one build at a time, paths of the project, and functions that SQL calls.

The class has the methods that dbt-duckdb calls on a plugin; it does not inherit from dbt's base
class, so that this package does not import dbt.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from python_udfs import inputs, normalise, places, running_dbt, writable
from python_udfs.build_lock import acquire_build_lock, release_build_lock
from python_udfs.llm.stopping import INTERRUPTED, watch_signals
from python_udfs.project_paths import is_file, place_databases
from python_udfs.settings import functions

_IN_MEMORY = ":memory:"


class Plugin:
    """Registers the SQL functions; `plugin_config` says what to do if the ledger is locked."""

    def __init__(self, name: str, plugin_config: dict[str, Any], credentials: Any = None) -> None:
        self.name = name
        self._config = plugin_config

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Take the lock before any file is opened, until the command ends.

        The profile's relative paths become those of the project; its DuckDB settings are unchanged.
        """
        INTERRUPTED.clear()
        place_databases(creds, running_dbt.project_folder())
        if is_file(creds.path):
            writable.check_database(Path(creds.path), "the warehouse", "TAGSMITH_WAREHOUSE")
            Path(creds.path).parent.mkdir(parents=True, exist_ok=True)
        ledger = _ledger(creds)
        # Without one, the macro check_profile says what the profile lacks.
        if ledger is None:
            return
        if is_file(str(ledger)):
            writable.check_database(ledger, "the ledger", "TAGSMITH_LEDGER")
        acquire_build_lock(
            ledger,
            self._config.get("when_locked", "wait"),
            float(self._config.get("lock_timeout_s", 3600)),
        )
        # A warehouse in memory would be lost with its connection, so it keeps the ledger open.
        if creds.path != _IN_MEMORY:
            running_dbt.when_the_command_ends(partial(_end, ledger))

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the functions once; cursors of the connection share them."""
        inputs.register(conn)
        normalise.register(conn)
        places.register(conn)
        writable.register(conn)
        functions.register(conn, running_dbt.project_folder() / "dbt_project.yml")

    def configure_cursor(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Watch for Ctrl-C: the first hook that dbt calls in its main thread, before any model."""
        watch_signals()


def _ledger(credentials: Any) -> Path | None:
    paths = [one.path for one in credentials.attach or [] if one.alias == "ledger"]
    return Path(paths[0]) if paths else None


def _end(ledger: Path) -> None:
    running_dbt.close_database()
    release_build_lock(ledger)
