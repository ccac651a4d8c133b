"""JSON where a model put it: in a fence, after prose or thoughts, with a comma too many, or cut."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["begun_json", "complete_lists", "encodable", "json_of", "score_of", "without_thoughts"]

_THOUGHTS = re.compile(
    r"<(think|thinking|reasoning)>.*?(</\1>|\Z)|<\|channel\|>analysis.*?(<\|end\|>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
# Some templates open the thoughts in the prompt.
_END_OF_THOUGHTS = re.compile(r"\A.*?</(think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
# What may follow the object of a whole reply: a list, a fence or a mark of the template ends.
_NOTHING_MORE = re.compile(r"[\s\]`]*(<\|\w+\|>)?\s*")
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
    """Return `text` without <think> parts, also one that was never opened or never closed."""
    return _END_OF_THOUGHTS.sub("", _THOUGHTS.sub("", text))


def json_of(text: str) -> Any:
    """Return the JSON value in `text`; raises ValueError if there is none.

    It is the text itself, else the last object in it: earlier ones are drafts. If the last one is
    no JSON nothing counts. Commas before a closing bracket are left out, and keys that an object
    has twice with different values: neither is sure. Of a list of one object it is the object.
    """
    text = without_thoughts(text).strip()
    try:
        value = _decoded(text)
    except ValueError as error:
        for start, end in reversed(_objects(text)):
            if ":" in text[start:end]:  # else braces of prose
                return _decoded(text[start:end])
        raise error from None
    is_wrapped = isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict)
    return value[0] if is_wrapped else value


def _decoded(text: str) -> Any:
    first: Exception | None = None
    for form in (text, _COMMA_TOO_MANY.sub(r"\1", text)):
        try:
            return encodable(json.loads(form, object_pairs_hook=_sure))
        except (ValueError, RecursionError) as error:
            first = first or error
    raise ValueError(first)


def _sure(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    # NaN is not equal to itself.
    twice = {key for key, part in pairs if value[key] is not part and value[key] != part}
    return {key: part for key, part in value.items() if key not in twice}


def _objects(text: str) -> list[tuple[int, int]]:
    """Beginning and end of each part in braces; of one that was cut the end is that of the text."""
    found = []
    start = text.find("{")
    while start >= 0:
        end = next((place for place, depth in _closings(text, start) if depth == 0), len(text))
        found.append((start, end))
        start = text.find("{", end)
    return found


def _closings(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Places behind the closing brackets of the object at `start`, and the depth left there."""
    depth, is_text, is_escaped = 0, False, False
    for place, sign in enumerate(text[start:], start):
        if is_text:
            is_text = is_escaped or sign != '"'
            is_escaped = sign == "\\" and not is_escaped
        elif sign == '"':
            is_text = True
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
            yield place + 1, depth
            if depth == 0:
                return


def begun_json(text: str) -> str:
    """Return what may be the beginning of the last object in `text`, without thoughts and fence."""
    text = without_thoughts(text).strip().removesuffix("```")
    objects = _objects(text)
    return text[objects[-1][0] :] if objects else text


def complete_lists(text: str) -> str:
    """Return the last object of a cut text, up to its last list that was closed before the cut.

    A list that was cut is left out whole: whoever reads a part of it takes it for the answer. An
    object with more text behind it is a draft.
    """
    text = without_thoughts(text)
    objects = _objects(text)
    if not objects:
        return "{}"
    start, _ = objects[-1]
    end, depth = max((c for c in _closings(text, start) if c[1] <= 1), default=(0, 1))
    if depth == 0:
        return text[start:end] if _NOTHING_MORE.fullmatch(text, end) else "{}"
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
