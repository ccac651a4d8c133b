"""Progress lines while items are tagged: one per item that a generator has finished."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from python_udfs.llm.calls import Answer

__all__ = ["FirstTags"]

_SHOWN = 6


class FirstTags:
    """Returns the line of an item when its last question is settled.

    `n_questions`: pending questions by item. The tags shown are the generator's, by score, not
    yet verified.
    """

    def __init__(self, role: str, n_questions: Mapping[str, int]) -> None:
        self._role = role
        self._n_pending = Counter(n_questions)
        self._n_items, self._n_finished = len(n_questions), 0
        self._tags: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)

    def __call__(self, answers: Sequence[Answer]) -> str | None:
        """Note answers of one item; return its line if they finish it."""
        if not answers:
            return None
        item_id = answers[0].question.item_id
        for answer in answers:
            self._tags[item_id] += _tags(answer.answer)
        self._n_pending[item_id] -= len(answers)
        if self._n_pending[item_id] > 0:
            return None
        self._n_finished += 1
        shown = _first(self._tags.pop(item_id))
        place = f"{self._n_finished:,} of {self._n_items:,}"
        return f"{self._role} {place}  {item_id}: {', '.join(shown) or 'no tags'}"


def _tags(answer: str | None) -> Iterable[tuple[float, str]]:
    """The tags of an answer; invalid ones are skipped; later models reject them with a reason."""
    for tag in json.loads(answer or "[]"):
        match tag:
            case {"name": str(name), "score": int(score) | float(score)} if name.strip():
                yield float(score), "".join(char for char in name if char.isprintable()).strip()


def _first(tags: Iterable[tuple[float, str]]) -> list[str]:
    # Sorting is stable, so that equal scores stay in the order of the answers.
    ordered = sorted(tags, key=lambda tag: -tag[0])
    return list(dict.fromkeys(name for _, name in ordered))[:_SHOWN]
