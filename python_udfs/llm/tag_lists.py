"""The lists of tags in a generator's reply, in the shapes of models without a schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from python_udfs.llm.json_text import score_of

__all__ = ["tag_lists"]

# Other names of the two keys of a tag, the commonest first.
_NAMES = ("name", "tag", "label", "value")
_SCORES = ("score", "confidence", "weight", "relevance", "probability")


def tag_lists(value: Mapping[str, Any], categories: Sequence[str]) -> dict[str, list[Any]]:
    """Return the list of each category that `value` holds and that names tags.

    A category may be spelled with capitals, and all of them may be inside another object. Other
    names of `name` and `score` are set right, and scores become numbers. All scores of a reply have
    one scale: 0 to 1; if all are whole numbers and one is above 1, 0 to 10, or 0 to 100 if one is
    above 10. What is still no tag stays as it is, for the table of rejected candidates; a list in
    which nothing has a name is no answer.
    """
    spelled = {name.casefold(): name for name in categories}
    found: dict[str, list[Any]] = {}
    for holder in _holders(value):
        for key, tags in holder.items():
            name = spelled.get(str(key).strip().casefold())
            if name is not None and isinstance(tags, list):
                found.setdefault(name, [_tag(tag) for tag in tags])
        if found:
            break
    named = {
        name: tags
        for name, tags in found.items()
        if not tags or any(isinstance(tag, dict) and "name" in tag for tag in tags)
    }
    whole = _whole([tag for tags in named.values() for tag in tags])
    return {name: [_scaled(tag, whole) for tag in tags] for name, tags in named.items()}


def _holders(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield value
    yield from (inner for inner in value.values() if isinstance(inner, dict))


def _tag(tag: Any) -> Any:
    if not isinstance(tag, dict) or ("name" in tag and not isinstance(tag.get("score"), str)):
        return tag
    changed = dict(tag)
    for wanted, others in (("name", _NAMES), ("score", _SCORES)):
        other = next((key for key in others if key in changed), None)
        if other is not None and wanted not in changed:
            changed[wanted] = changed.pop(other)
    score = score_of(changed.get("score"))
    return changed if score is None else {**changed, "score": score}


def _whole(tags: Sequence[Any]) -> float:
    """The number that means certain in these tags."""
    dicts = [tag for tag in tags if isinstance(tag, dict)]
    scores = [float(tag["score"]) for tag in dicts if _is_number(tag.get("score"))]
    if not scores or max(scores) <= 1 or not all(score.is_integer() for score in scores):
        return 1.0
    return 10.0 if max(scores) <= 10 else 100.0


def _scaled(tag: Any, whole: float) -> Any:
    if whole == 1.0 or not isinstance(tag, dict) or not _is_number(tag.get("score")):
        return tag
    return {**tag, "score": tag["score"] / whole}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
