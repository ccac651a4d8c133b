"""dbt-duckdb plugin: gives every connection of dbt the functions that SQL models call.

The class has the methods that dbt-duckdb calls on a plugin; it does not inherit from dbt's base
class, so that this package stays free of dbt.
"""

from __future__ import annotations

from typing import Any

import duckdb

from python_udfs.normalise import register


class Plugin:
    """Registers `normalise_tag` and keeps every cursor on UTC."""

    def __init__(self, name: str, plugin_config: dict[str, Any], credentials: Any = None) -> None:
        self.name = name

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Leave DuckDB's connection settings as the profile gives them."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the functions once; cursors of the connection share them."""
        register(conn)

    def configure_cursor(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Nothing: functions belong to the connection."""
