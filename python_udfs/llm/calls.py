"""Questions and answers, independent of how they are sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from python_udfs.llm.failures import ErrorClass
from python_udfs.llm.pricing import TokenUsage

__all__ = ["Answer", "Pack", "Parsed", "Question", "Reply", "compact", "unasked_pack"]


@dataclass(frozen=True)
class Question:
    """The unit that is asked once: an item's path, or an item's tag for one evaluator."""

    key: str
    role: str
    item_id: str
    path: str | None = None
    tag: str | None = None


@dataclass(frozen=True)
class Reply:
    """The parts of a reply that are there; `body` is its JSON, None if it is not JSON.

    `top_logprobs` are those of the first token. `error` is an error inside a body of any status.
    `is_completion` says whether there is a choice with a message.
    """

    text: str = ""
    finish_reason: str = ""
    top_logprobs: dict[str, float] = field(default_factory=dict)
    usage: TokenUsage | None = None
    is_completion: bool = False
    is_refusal: bool = False
    error: Any = None
    body: Any = None


@dataclass(frozen=True)
class Answer:
    """An answer as JSON text, or the reason why a question is quarantined."""

    question: Question
    answer: str | None
    error_class: ErrorClass | None = None

    def row(self, call_id: str, answered_at: Any) -> dict[str, Any]:
        """Values of a row of the ledger's `llm_answers`."""
        return {
            "question_key": self.question.key,
            "call_id": call_id,
            "role": self.question.role,
            "item_id": self.question.item_id,
            "path": self.question.path,
            "tag": self.question.tag,
            "status": "answered" if self.error_class is None else "quarantined",
            "error_class": self.error_class,
            "answer": self.answer,
            "answered_at": answered_at,
        }


@dataclass(frozen=True)
class Parsed:
    """The content of a reply: JSON text by question key, and why the rest is missing."""

    answers: dict[str, str]
    error_class: ErrorClass | None = None
    detail: str = ""


@dataclass(frozen=True)
class Pack:
    """One call: questions of one item and role, with everything to send.

    `build` returns the pack of some of the questions, to ask only missing ones again.
    `without_logprobs` returns the form for endpoints without log-probabilities. `flight` is the
    call of a batch that asks the questions already.
    """

    questions: tuple[Question, ...]
    messages: list[dict[str, Any]]
    max_tokens: int
    parse: Callable[[Pack, Reply], Parsed]
    build: Callable[[Sequence[Question]], Pack]
    schema: dict[str, Any] | None = None
    wants_logprobs: bool = False
    without_logprobs: Callable[[], Pack] | None = None
    temperature: float = 0.0
    seed: int = 0
    is_repair: bool = False
    flight: str | None = None

    @property
    def role(self) -> str:
        """The role that all questions share."""
        return self.questions[0].role

    def single(self, question: Question) -> Pack:
        """Return the pack with only one of the questions."""
        return self.build([question])


def unasked_pack(call: Mapping[str, Any]) -> Pack:
    """The pack of a call in the ledger whose questions nobody asks any more.

    Only its role matters, to judge and to pay a reply that no parser will read.
    """
    questions = tuple(Question(key, call["role"], "") for key in call["question_keys"])
    nothing = [{"role": "user", "content": ""}]
    pack = Pack(questions, nothing, 0, parse=lambda *_: Parsed({}), build=lambda _: pack)
    return pack


def compact(value: Any) -> str:
    """JSON text without spaces, as stored in the ledger.

    Raises ValueError for a number that JSON lacks (infinity): no reader could parse it.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
