"""Faults of an endpoint, one value each; see `Endpoint.fail`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.python.answers import Asked

__all__ = ["Fault", "Rule"]

Change = Callable[[dict[str, Any]], Any]


def _error(message: str, code: str | None, kind: str = "invalid_request_error") -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


@dataclass(frozen=True)
class Fault:
    """The change that makes a good reply faulty; build it with one of the class methods."""

    name: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: Any = None
    delay_s: float = 0.0
    drops: bool = False
    drip_s: float = 0.0
    cut_at: int | None = None
    text: Callable[[str], str] | None = None
    refuses: bool = False
    without_logprobs: bool = False
    finish: str | None = None
    top: tuple[str, ...] = ()
    usage: dict[str, int] | None = None
    page_type: str = "application/json"
    page_content: bytes | None = None

    @classmethod
    def page(cls, content_type: str, content: bytes, status: int = 200) -> Fault:
        """A body that is not a completion, as from a proxy."""
        return cls("page", status, page_type=content_type, page_content=content)

    @classmethod
    def rate_limit(cls, retry_after: str | None = None, said: str = "") -> Fault:
        """429, with a Retry-After header (seconds) or more words where given."""
        headers = {"Retry-After": retry_after} if retry_after is not None else {}
        error = _error(f"Rate limit reached. {said}", "rate_limit_exceeded", "requests")
        return cls("rate_limit", 429, headers, error)

    @classmethod
    def quota(cls) -> Fault:
        """429 that no retry resolves."""
        said = "You exceeded your current quota, please check your plan and billing details."
        return cls("quota", 429, error=_error(said, "insufficient_quota", "insufficient_quota"))

    @classmethod
    def server_error(cls, status: int = 500) -> Fault:
        """5xx."""
        return cls("server_error", status, error=_error("The server had an error", None, "server"))

    @classmethod
    def slow(cls, seconds: float) -> Fault:
        """A good answer, late."""
        return cls("slow", delay_s=seconds)

    @classmethod
    def dripping(cls, seconds: float) -> Fault:
        """A good answer, byte by byte over so many seconds."""
        return cls("dripping", drip_s=seconds)

    @classmethod
    def dropped(cls) -> Fault:
        """The connection ends without a reply."""
        return cls("dropped", drops=True)

    @classmethod
    def truncated(cls, n_characters: int) -> Fault:
        """The answer stops after this many characters, finish_reason `length`."""
        return cls("truncated", cut_at=n_characters)

    @classmethod
    def says(cls, text: str) -> Fault:
        """Another text in place of the answer."""
        return cls("says", text=lambda _: text)

    @classmethod
    def changed(cls, change: Change) -> Fault:
        """The answer after `change`, which maps the parsed answer to the one sent."""
        return cls(
            "changed", text=lambda text: json.dumps(change(json.loads(text)), ensure_ascii=False)
        )

    @classmethod
    def refusal(cls) -> Fault:
        """The model declines."""
        return cls("refusal", refuses=True)

    @classmethod
    def no_logprobs(cls, *, says_so: bool) -> Fault:
        """An endpoint without log-probabilities: a 400 that says so, or a reply without them."""
        if says_so:
            return cls("no_logprobs", 400, error=_error("logprobs is not supported", None))
        return cls("no_logprobs", without_logprobs=True)

    @classmethod
    def no_schema(cls) -> Fault:
        """An endpoint that does not know response_format."""
        said = "Unknown parameter: 'response_format.json_schema'"
        return cls("no_schema", 400, error=_error(said, "unknown_parameter"))

    @classmethod
    def context_too_long(cls) -> Fault:
        """The prompt is longer than the model's context."""
        said = "This model's maximum context length is 4096 tokens, your messages have 9000."
        return cls("context_too_long", 400, error=_error(said, "context_length_exceeded"))

    @classmethod
    def no_such_model(cls) -> Fault:
        """404 for the model's name."""
        said = "The model `x` does not exist or you do not have access to it."
        return cls("no_such_model", 404, error=_error(said, "model_not_found"))

    @classmethod
    def refused(cls, status: int, body: Any) -> Fault:
        """A refusal in any JSON shape."""
        return cls("refused", status, error=body)

    @classmethod
    def bad_request(cls, message: str) -> Fault:
        """Any other 400."""
        return cls("bad_request", 400, error=_error(message, None))


@dataclass
class Rule:
    """A fault for the requests that match, `times` of them (None: all)."""

    fault: Fault
    when: Callable[[Asked], bool]
    times: int | None
