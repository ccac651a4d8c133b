"""Judges what came back from an endpoint: a reply to parse, or a failure with its class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from python_udfs.llm.calls import Reply
from python_udfs.llm.classify import classify, status_of
from python_udfs.llm.dialect import change_for
from python_udfs.llm.failures import ErrorClass
from python_udfs.llm.json_text import without_thoughts
from python_udfs.llm.keys import Secrets
from python_udfs.llm.pricing import TokenUsage
from python_udfs.llm.reading import named_in, read, words_of
from python_udfs.llm.request import Asked
from python_udfs.llm.wire import Wire

__all__ = ["CallFailedError", "failure_of", "reply_of", "usage_of"]

_MAY_NAME_A_PARAMETER = (400, 403, 404, 422, 500)
_NAME_NO_PARAMETER = (ErrorClass.REFUSAL, ErrorClass.QUOTA)
_MORE_ROOM, _MOST_ROOM = 8, 64
# Tokens that an endpoint may add to a call (a prompt of its own, thoughts): a whole context.
_MOST_ADDED = 200_000


class CallFailedError(Exception):
    """A call gave no usable reply: its class and the endpoint's words.

    `change` is what the endpoint wants otherwise, where its words name it; `is_outage` says that
    it has been away for so long that the run ends.
    """

    def __init__(
        self,
        error_class: ErrorClass,
        message: str,
        change: Mapping[str, str] | None = None,
        *,
        is_outage: bool = False,
    ) -> None:
        super().__init__(message)
        self.error_class = error_class
        self.message = message
        self.change = dict(change or {})
        self.is_outage = is_outage
        # It refuses what the endpoint is known to take.
        self.is_odd = False
        self.call_id = ""


def reply_of(wire: Wire, secrets: Secrets) -> tuple[Wire, Reply]:
    """What came back, and the reply that it holds, both without keys."""
    wire = replace(wire, text=secrets.cut(wire.text))
    return wire, read(wire.text)


def usage_of(asked: Asked, wire: Wire, reply: Reply) -> tuple[TokenUsage | None, str | None]:
    """The tokens of a call, None without any that can be; and a note where they cannot be."""
    usage = reply.usage if wire.is_good else None
    if usage is None or usage.total <= asked.most.total + _MOST_ADDED:
        return usage, None
    return None, f"{usage.total:,} tokens are not believed; the reservation counts"


def failure_of(
    asked: Asked, wire: Wire, reply: Reply, secrets: Secrets, *, is_proven: bool
) -> CallFailedError | None:
    """Return the failure of a call, None if there is a reply to parse."""
    if wire.failure is not None:
        return CallFailedError(wire.failure, secrets.said(wire.said))
    is_good = wire.is_good and not reply.error
    if is_good and reply.is_completion:
        return _empty(asked, reply)
    if is_good:
        said = secrets.said(f"the reply is no chat completion: {wire.text}")
        return CallFailedError(ErrorClass.BAD_REPLY, said)
    status = status_of(wire.status, reply)
    about = reply.error if wire.is_good else reply.body
    about = wire.text if about is None else about
    words = " ".join(dict.fromkeys(words_of(about)))
    error_class = classify(status, about, is_proven=is_proven)
    change: dict[str, str] = {}
    # A 403 may refuse a parameter in the words of a refused key.
    is_of_key = error_class is ErrorClass.AUTHENTICATION and wire.status != 403
    is_of_request = not is_of_key and error_class not in _NAME_NO_PARAMETER
    if wire.status in _MAY_NAME_A_PARAMETER and is_of_request:
        named = " ".join(f"'{name}'" for name in named_in(about))
        change = change_for(asked.request, asked.pack.role, asked.forms, wire.status,
                            f"{words} {named}")  # fmt: skip
    said = secrets.said(f"{wire.status}: {words or wire.text or 'no words'}")
    return CallFailedError(error_class, said, change)


def _empty(asked: Asked, reply: Reply) -> CallFailedError | None:
    """A reply that says nothing: all room went into thoughts, or there is no text at all."""
    if reply.is_refusal or without_thoughts(reply.text).strip():
        return None
    if asked.pack.wants_logprobs and (reply.top_logprobs or reply.finish_reason == "length"):
        return None
    if reply.finish_reason == "length":
        room = int(asked.forms.get("room", "1")) * _MORE_ROOM
        change = {"room": str(room)} if room <= _MOST_ROOM else {}
        return CallFailedError(
            ErrorClass.TRUNCATION, "all output tokens went into thoughts", change
        )
    return CallFailedError(ErrorClass.EMPTY_REPLY, "the reply has no text")
