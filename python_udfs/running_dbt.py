"""The dbt that has loaded the plugin: the folder of its project and the end of its command.

It is found among the loaded modules, so that this package imports no dbt.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["close_database", "project_folder", "when_the_command_ends"]


def project_folder() -> Path:
    """The folder of the project that is built, wherever the command was started."""
    return Path(sys.modules["dbt.flags"].get_flags().PROJECT_DIR).absolute()


def when_the_command_ends(act: Callable[[], None]) -> None:
    """Call `act` once when the running command is over; its threads have ended then.

    A process may run many commands (dbtRunner). dbt forgets the callback before each.
    """
    manager = sys.modules["dbt_common.events.event_manager_client"].get_event_manager()

    def listen(message: Any) -> None:
        if message.info.name == "CommandCompleted":
            act()

    manager.callbacks.append(listen)


def close_database() -> None:
    """Close the warehouse and what is attached, so that another process can open them.

    dbt-duckdb keeps both open until the process ends; its next command opens them again.
    """
    sys.modules["dbt.adapters.factory"].cleanup_connections()
    sys.modules["dbt.adapters.duckdb.connections"].DuckDBConnectionManager.env().close()
