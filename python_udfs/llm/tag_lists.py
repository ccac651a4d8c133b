"""The lists of tags in a generator's reply, in the shapes of models without a schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from python_udfs.llm.json_text import score_of

__all__ = ["tag_lists"]

# Other names of the two keys of a tag, the commonest first.
_NAMES = ("name", "tag", "label", "value")
_SCORES = ("score", "confidence", "weight", "relevance", "probability")
# "lost love 9": what the prompt asks for; a colon, brackets or a percent sign may be added.
_PAIR = re.compile(
    r"(?P<name>.*?[^\s:=,(|/-])[\s:=,(|-]+(?P<score>\d+(\.\d+)?(\s*%|\s*(/|of)\s*\d+)?)\s*\)?",
    re.DOTALL,
)


def tag_lists(value: Mapping[str, Any], categories: Sequence[str]) -> dict[str, list[Any]]:
    """Return the list of each category that `value` holds and that names tags.

    A tag is a text of its name and score, or an object with both. A category may be spelled with
    capitals, and all of them may be inside another object. Other names of `name` and `score` are
    set right, and scores become numbers. All texts of a reply have one scale: 0 to 10, as it was
    asked for, 0 to 1 if none is above 1 and one is a fraction, 0 to 100 if one is above 10. All
    objects have one: 0 to 1, or, if all are whole numbers and one is above 1, 0 to 10, or 0 to 100
    if one is above 10. What is still no tag stays as it is, for the table of rejected candidates;
    a list in which nothing has a name is no answer.
    """
    spelled = {name.casefold(): name for name in categories}
    found: dict[str, list[Any]] = {}
    for holder in _holders(value):
        for key, tags in holder.items():
            name = spelled.get(str(key).strip().casefold())
            if name is not None and isinstance(tags, list):
                found.setdefault(name, tags)
        if found:
            break
    pairs = {name: _pairs(tags) for name, tags in found.items()}
    read = {name: [_tag(tag) for tag in pairs[name] or tags] for name, tags in found.items()}
    named = {name: tags for name, tags in read.items() if not tags or any(map(_has_name, tags))}
    wholes = {
        is_text: _whole(
            [tag for name, tags in named.items() if bool(pairs[name]) is is_text for tag in tags],
            in_pairs=is_text,
        )
        for is_text in (True, False)
    }
    return {
        name: [_scaled(tag, wholes[bool(pairs[name])]) for tag in tags]
        for name, tags in named.items()
    }


def _holders(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield value
    yield from (inner for inner in value.values() if isinstance(inner, dict))


def _pairs(tags: Sequence[Any]) -> list[Any]:
    """`tags` with texts of name and score as objects; empty if most texts end without a number."""
    texts = [tag for tag in tags if isinstance(tag, str)]
    if 2 * sum(_PAIR.fullmatch(text.strip()) is not None for text in texts) <= len(texts):
        return []
    return [_pair(tag) if isinstance(tag, str) else tag for tag in tags]


def _pair(text: str) -> Any:
    found = _PAIR.fullmatch(text.strip())
    return text if found is None else {"name": found["name"], "score": found["score"]}


def _has_name(tag: Any) -> bool:
    return isinstance(tag, dict) and "name" in tag


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


def _whole(tags: Sequence[Any], *, in_pairs: bool) -> float:
    """The number that means certain in these tags."""
    dicts = [tag for tag in tags if isinstance(tag, dict)]
    scores = [float(tag["score"]) for tag in dicts if _is_number(tag.get("score"))]
    are_whole = all(score.is_integer() for score in scores)
    most = max(scores, default=0)
    if in_pairs:
        return 100.0 if most > 10 else 1.0 if most <= 1 and not are_whole else 10.0
    return 1.0 if most <= 1 or not are_whole else 10.0 if most <= 10 else 100.0


def _scaled(tag: Any, whole: float) -> Any:
    if whole == 1.0 or not isinstance(tag, dict) or not _is_number(tag.get("score")):
        return tag
    return {**tag, "score": tag["score"] / whole}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
