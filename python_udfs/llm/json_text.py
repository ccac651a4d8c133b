"""JSON where a model put it: in a fence, after prose or thoughts, with a comma too many, or cut."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pydantic_core

__all__ = ["begun_json", "complete_lists", "encodable", "json_of", "score_of", "without_thoughts"]

_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?(</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[a-z]*\s*(.*?)(?:```|\Z)", re.DOTALL | re.IGNORECASE)
_COMMA_TOO_MANY = re.compile(r",(\s*[}\]])")
_SCORE = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*(%|(?:/|of|out of)\s*(\d+))?\s*", re.IGNORECASE)


def encodable(value: Any) -> Any:
    """Return a JSON value with U+FFFD for each half of a surrogate pair, which UTF-8 lacks.

    Raises RecursionError if it is too deep.
    """
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return value


def without_thoughts(text: str) -> str:
    """Return `text` without <think> parts, also one that was never closed."""
    return _THOUGHTS.sub("", text)


def json_of(text: str) -> Any:
    """Return the JSON value in `text`; raises ValueError if there is none.

    The first reading that is JSON counts: the text itself, the content of a fence, the part from
    the first brace to the last one; each also without commas before a closing bracket.
    """
    first: ValueError | None = None
    for candidate in _candidates(without_thoughts(text).strip()):
        for form in (candidate, _COMMA_TOO_MANY.sub(r"\1", candidate)):
            try:
                return pydantic_core.from_json(form)
            except ValueError as error:
                first = first or error
    raise first or ValueError("no text")


def _candidates(text: str) -> Iterator[str]:
    yield text
    if fenced := _FENCE.search(text):
        yield fenced[1].strip()
    start, end = text.find("{"), text.rfind("}")
    if 0 <= start < end:
        yield text[start : end + 1]


def begun_json(text: str) -> str:
    """Return what may be the beginning of a JSON object in `text`, without thoughts and fence."""
    text = without_thoughts(text).strip().removesuffix("```")
    return text[max(text.find("{"), 0) :]


def complete_lists(text: str) -> str:
    """Return the object that `text` begins, up to its last list that was closed before the cut.

    A list that was cut is left out whole: whoever reads a part of it takes it for the answer.
    """
    text = without_thoughts(text)
    start = text.find("{")
    depth, end, is_text, is_escaped = 0, 0, False, False
    for place, sign in enumerate(text[start:] if start >= 0 else "", start):
        if is_text:
            is_text = is_escaped or sign != '"'
            is_escaped = sign == "\\" and not is_escaped
        elif sign == '"':
            is_text = True
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
            if depth <= 1:
                end = place + 1
            if depth == 0:
                return text[start:end]
    return text[start:end] + "}" if end else "{}"


def score_of(value: Any) -> float | None:
    """Return a score as a number: 0.9, "0.9", "90 %", "9 of 10", "9/10"; None if it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    found = _SCORE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    number = float(found[1])
    if found[2] is None:
        return number
    whole = 100.0 if found[2] == "%" else float(found[3])
    return number / whole if whole > 0 and number <= whole else None
