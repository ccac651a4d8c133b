"""Checks the vars of a run; messages name var, value and allowed range."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from itertools import chain
from typing import Any, Literal, get_args, get_origin

import annotated_types
import pydantic
from pydantic.fields import FieldInfo

from python_udfs.settings.inputs import INPUTS, OUR_READ_OPTIONS, READ_OPTIONS, Input
from python_udfs.settings.run import GROUPS, INPUT_NAMES, OTHER_VARS, setting_names

__all__ = ["allowed_values", "setting_problems"]

_MAPPED = {tuple: "three numbers", float: "numbers of 0 or more", dict: "parameters", str: "texts"}
_WEIGHTS = ("weight_ensemble", "weight_evaluation", "weight_agreement", "weight_specificity")


def setting_problems(values: Mapping[str, Any]) -> list[str]:
    """A sentence for each var that is unknown or out of range, [] if all are valid.

    `values`: the vars of dbt_project.yml, overridden by --vars; a missing setting has its default.
    """
    known = _known()
    problems = [_unknown("var", name, known) for name in values if name not in known]
    for group in GROUPS:
        given = {name: values[name] for name in group.model_fields if name in values}
        try:
            group.model_validate(given, strict=True)
        except pydantic.ValidationError as error:
            wrong = dict.fromkeys(str(found["loc"][0]) for found in error.errors())
            problems += [
                f"var {name} is {given[name]}; allowed: {allowed_values(group.model_fields[name])}"
                for name in wrong
            ]
    for one in INPUTS:
        problems += _reading_problems(one, values.get(f"{one.name}_read") or {})
    if not problems:
        weights = [_value(name, values) for name in _WEIGHTS]
        if abs(sum(weights) - 1) > 1e-9:
            problems.append(
                f"vars {', '.join(_WEIGHTS)} sum to {round(sum(weights), 6):g}; allowed: a sum of 1"
            )
        # Who decides what is asked cannot learn from the answers.
        if _value("cascade_precision", values) < 1 and _value("student_answer_weight", values) > 0:
            problems.append(
                "var cascade_precision is below 1; then student_answer_weight must be 0, since the "
                "student decides what is asked before there are answers"
            )
    return problems


def allowed_values(field: FieldInfo) -> str:
    """The allowed values of a setting in words: "number in [0, 1]"."""
    origin, arguments = get_origin(field.annotation), get_args(field.annotation)
    if origin is Literal:
        return ", ".join(map(str, arguments))
    if origin is list and arguments != (str,):
        return f"a list of one or more {_plural(arguments[0])}, no duplicates"
    if origin is list:
        return "a list of texts"
    if origin is dict:
        value = getattr(arguments[1], "__origin__", arguments[1])  # of Annotated
        kind = get_origin(value) or value
        return f"a mapping of names to {_MAPPED.get(kind) or _plural(arguments[1])}"
    if field.annotation is bool:
        return "true, false"
    if field.annotation is str:
        return "text (put it in quotes)"
    kind = "integer" if field.annotation is int else "number"
    return f"{kind} in {_range(field.metadata)}"


def _known() -> set[str]:
    inputs = {f"{name}{end}" for name in INPUT_NAMES for end in ("", "_columns", "_read")}
    return inputs | {*OTHER_VARS, *setting_names()}


def _reading_problems(one: Input, given: Any) -> list[str]:
    var = f"var {one.name}_read"
    if not isinstance(given, Mapping):
        return [f"{var} is {given}; allowed: a mapping of options, e.g. {{encoding: cp949}}"]
    known = {*OUR_READ_OPTIONS, *chain.from_iterable(READ_OPTIONS.values())}
    problems = [_unknown(f"{var}: option", name, known) for name in given if name not in known]
    for option, kinds in (("separators", {"list"}), ("keys", {"list", "text", "prose", "title"})):
        allowed = [column for column, kind in one.kinds.items() if kind in kinds]
        texts = given.get(option, {})
        if not isinstance(texts, Mapping) or not all(
            column in allowed and isinstance(text, str) for column, text in texts.items()
        ):
            problems.append(
                f"{var} has {option} {texts}; allowed: a text for each of "
                f"{', '.join(allowed) or 'no column'}"
            )
    if not isinstance(given.get("day_first", True), bool):
        problems.append(f"{var} has day_first {given['day_first']}; allowed: true, false")
    return problems


def _unknown(what: str, name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"{what} {name} is unknown" + (f"; did you mean {near[0]}?" if near else "")


def _value(name: str, values: Mapping[str, Any]) -> float:
    fields = next(group.model_fields for group in GROUPS if name in group.model_fields)
    return float(values.get(name, fields[name].default))


def _plural(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "of " + ", ".join(get_args(kind))
    _, *metadata = get_args(kind)
    return f"integers in {_range(metadata[0].metadata)}"


def _range(metadata: list[Any]) -> str:
    least, greatest = "(no limit", "no limit)"
    for bound in metadata:
        match bound:
            case annotated_types.Ge():
                least = f"[{bound.ge}"
            case annotated_types.Gt():
                least = f"({bound.gt}"
            case annotated_types.Le():
                greatest = f"{bound.le}]"
            case annotated_types.Lt():
                greatest = f"{bound.lt})"
    return f"{least}, {greatest}"
