"""Format figures and names for readers: the filters of the page's texts and values."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

__all__ = ["FILTERS", "Figure"]

_SPACE = "\u00a0"  # keeps a sign with its number
_MISSING = "–"  # noqa: RUF001  an en dash, where a table has no value
_MINUS = "−"  # noqa: RUF001  the sign that is as wide as a plus
_SYSTEMS = {
    "tagsmith": "Tagsmith",
    "knn_transfer": "kNN tag transfer",
    "popularity": "most popular tags",
    "genre_popularity": "most popular in genre",
}


class Figure(str):
    """A figure as text; columns of figures are right-aligned."""

    __slots__ = ()


def _number(value: Any, places: int = 3, sign: str = "") -> Figure:
    """A number, or an estimate of value, low and high."""
    value, *ends = value if isinstance(value, list) else [value]
    if value is None:
        return Figure(_MISSING)
    # The sum raises an error for an undefined column; a format would not.
    text = f"{value + 0:{sign},.{places}f}".replace("-", _MINUS)
    return Figure(f"{text} {_interval(ends[0], ends[1], places)}" if ends else text)


def _percent(share: float | None, places: int = 0) -> Figure:
    return Figure(_MISSING if share is None else _number(share * 100, places) + _SPACE + "%")


def _interval(low: float | None, high: float | None, places: int = 3) -> Figure:
    if low is None or high is None:
        return Figure(_MISSING)
    return Figure(f"[{_number(low, places)}, {_number(high, places)}]")


def _words(name: str) -> str:
    return name.replace("_", " ").replace(":", ": ").replace("usd", "USD")


def _system(name: str) -> str:
    """The name of a system in words: no_ensemble is "without ensemble"."""
    said = _SYSTEMS.get(name, _words(name))
    return "without " + said[3:] if said.startswith("no ") else said


FILTERS: dict[str, Callable[..., Any]] = {
    "number": _number,
    "whole": lambda value: _number(value, 0),
    "percent": _percent,
    "signed": lambda value, places=3: _number(value, places, "+"),
    "interval": _interval,
    "yes": lambda is_so: "yes" if is_so else "no",
    "plural": lambda n, noun: f"{_number(n, 0)} {noun}" + ("" if n == 1 else "s"),
    # The separator after a name in a list, by the loop over it.
    "glue": lambda loop: "" if loop.last else " and " if loop.revindex == 2 else ", ",
    "words": _words,
    "metric": lambda name: name.upper() if len(name) <= 3 else _words(name).capitalize(),
    "system": _system,
    # An id quoted for the shell, within a make command.
    "command": lambda item_id: shlex.quote(item_id).replace("$", "$$"),
    "most": lambda values: max(values, default=0),
}
