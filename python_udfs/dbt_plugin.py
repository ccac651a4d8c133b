"""dbt-duckdb plugin: one build at a time, and the functions that SQL models call.

The class has the methods that dbt-duckdb calls on a plugin; it does not inherit from dbt's base
class, so that this package does not import dbt.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from python_udfs import inputs, normalise, places
from python_udfs.build_lock import acquire_build_lock
from python_udfs.llm.stopping import INTERRUPTED, watch_signals
from python_udfs.settings import functions


class Plugin:
    """Registers the SQL functions; `plugin_config` names the ledger to lock."""

    def __init__(self, name: str, plugin_config: dict[str, Any], credentials: Any = None) -> None:
        self.name = name
        self._config = plugin_config

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Take the lock before any file is opened; the profile's DuckDB settings are unchanged."""
        INTERRUPTED.clear()
        acquire_build_lock(
            Path(self._config["ledger"]),
            self._config["when_locked"],
            float(self._config["lock_timeout_s"]),
        )

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the functions once; cursors of the connection share them."""
        inputs.register(conn)
        normalise.register(conn)
        places.register(conn)
        functions.register(conn)

    def configure_cursor(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Watch for Ctrl-C: the first hook that dbt calls in its main thread, before any model."""
        watch_signals()
