"""Settings of a run: declared once, with type, range, default and purpose."""

from python_udfs.settings.check import allowed_values, setting_problems
from python_udfs.settings.environment import Environment
from python_udfs.settings.groups import Inputs, Run, Runtime, Search
from python_udfs.settings.run import INPUT_NAMES, Settings, setting_names

__all__ = [
    "INPUT_NAMES",
    "Environment",
    "Inputs",
    "Run",
    "Runtime",
    "Search",
    "Settings",
    "allowed_values",
    "setting_names",
    "setting_problems",
]
