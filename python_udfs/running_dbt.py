"""The dbt that has loaded the plugin: the folder of its project.

It is found among the loaded modules, so that this package imports no dbt.
"""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["project_folder"]


def project_folder() -> Path:
    """The folder of the project that is built, wherever the command was started."""
    return Path(sys.modules["dbt.flags"].get_flags().PROJECT_DIR).absolute()
