"""Settings of a run: declared once, with type, range, default and what they are for."""

from python_udfs.settings.check import allowed_values, setting_problems
from python_udfs.settings.environment import Environment
from python_udfs.settings.groups import (
    Evaluation,
    Experiments,
    Generation,
    Health,
    Inputs,
    Publication,
    Recommendation,
    Run,
    Runtime,
    Search,
    Verification,
)
from python_udfs.settings.run import INPUT_NAMES, OTHER_VARS, Settings, setting_names

__all__ = [
    "INPUT_NAMES",
    "OTHER_VARS",
    "Environment",
    "Evaluation",
    "Experiments",
    "Generation",
    "Health",
    "Inputs",
    "Publication",
    "Recommendation",
    "Run",
    "Runtime",
    "Search",
    "Settings",
    "Verification",
    "allowed_values",
    "setting_names",
    "setting_problems",
]
