"""All settings of a run, as in `run_settings`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from pydantic import ValidationError

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
from python_udfs.settings.inputs import INPUTS

__all__ = ["GROUPS", "INPUT_NAMES", "OTHER_VARS", "Settings", "setting_names"]

GROUPS = (
    Inputs, Generation, Runtime, Verification, Search, Publication, Health, Recommendation,
    Evaluation, Experiments,
)  # fmt: skip

INPUT_NAMES = tuple(one.name for one in INPUTS)
# Read by the profile.
OTHER_VARS = ("when_locked", "lock_timeout_s")


class Settings(
    Inputs, Generation, Runtime, Verification, Search, Publication, Health, Recommendation,
    Evaluation, Experiments, Run,
):  # fmt: skip
    """The rows of the model `run_settings`: all groups in one object; pass each on where needed."""

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[str, str]]) -> Self:
        """Build from (name, value) rows of `run_settings`.

        Raises pydantic.ValidationError if a setting is missing, unknown or of another type.
        Defaults are not applied: the table has the values that the run used.
        """
        values = dict(rows)
        missing = sorted(cls.model_fields.keys() - values.keys())
        if missing:
            raise ValidationError.from_exception_data(
                cls.__name__, [{"type": "missing", "loc": (n,), "input": values} for n in missing]
            )
        return cls.model_validate(values)

    @property
    def may_ask(self) -> bool:
        """Whether this run asks models and searches; else it only reads the ledger."""
        return self.allow_calls and not self.is_empty


def setting_names() -> list[str]:
    """The names of all settings that are vars, group by group."""
    return [name for group in GROUPS for name in group.model_fields]
