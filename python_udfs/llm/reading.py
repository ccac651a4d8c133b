"""Reads any reply of an endpoint; never raises, whatever the reply looks like."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from python_udfs.llm.calls import Reply
from python_udfs.llm.json_text import encodable
from python_udfs.llm.pricing import TokenUsage

__all__ = ["named_in", "read", "words_of"]

# Keys of an error body that hold words for people, in the order in which they are told.
_TOLD = (
    "message", "error", "detail", "msg", "raw", "reason", "reasons", "code", "type", "param",
    "status", "innererror", "metadata", "details", "quotaId", "retryDelay", "loc", "errors",
    "violations",
)  # fmt: skip
_DEEP = 6
# Gemini and Anthropic have another name for a reply that was cut.
_SAME = {"max_tokens": "length"}
# What rounded log-probabilities may add up to.
_MOST_SHARE = 1.05


def read(raw: str) -> Reply:
    """Return what the body `raw` holds; all texts can be encoded as UTF-8."""
    try:
        body = encodable(_json(raw))
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        return Reply(body=body, error=body if isinstance(body, list) else None)
    choice = _first(body.get("choices"))
    message = _as_dict(choice.get("message"))
    text = _text(message.get("content"))
    # A reply in pieces (a stream) has been joined to a message by _json.
    finish = choice.get("finish_reason")
    finish = _SAME.get(finish.lower(), finish) if isinstance(finish, str) else ""
    is_refusal = bool(message.get("refusal")) or finish == "content_filter"
    return Reply(
        body=body,
        is_completion=bool(message),
        text=text,
        finish_reason="refusal" if is_refusal else finish,
        is_refusal=is_refusal,
        top_logprobs=_top_logprobs(choice.get("logprobs")),
        usage=_usage(body.get("usage")),
        error=body.get("error") or choice.get("error"),
    )


def words_of(body: Any, depth: int = 0) -> Iterator[str]:
    """Yield the words of an error in any JSON shape, the message first."""
    if isinstance(body, str):
        if body.strip():
            yield body.strip()
    elif isinstance(body, int | float) and not isinstance(body, bool) and depth:
        yield str(body)
    elif isinstance(body, list) and depth < _DEEP:
        for part in body:
            yield from words_of(part, depth + 1)
    elif isinstance(body, dict) and depth < _DEEP:
        for key in _TOLD:
            if key in body:
                yield from words_of(body[key], depth + 1)


def named_in(body: Any, depth: int = 0) -> Iterator[str]:
    """Yield the names of parameters (param, loc) in an error of any JSON shape."""
    parts = body.items() if isinstance(body, dict) else ()
    for key, value in parts if depth < _DEEP else ():
        if key in ("param", "loc"):
            yield from words_of(value, depth)
        else:
            yield from named_in(value, depth + 1)
    for value in body if isinstance(body, list) and depth < _DEEP else ():
        yield from named_in(value, depth + 1)


def _json(raw: str) -> Any:
    text = raw.lstrip("\ufeff \r\n\t")
    pieces = []
    # Not splitlines(), which also splits at a U+2028 in a text.
    for line in re.split(r"[\r\n]+", text) if "data:" in text else ():
        piece = _loads(line.removeprefix("data:").strip())
        if isinstance(piece, dict):
            pieces.append(piece)
    if not pieces:
        return _loads(text)
    whole = [p for p in pieces if _first(p.get("choices")).get("message") or p.get("error")]
    return whole[0] if whole else _joined(pieces)


def _joined(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """One completion of the pieces of a stream."""
    choices = [_first(piece.get("choices")) for piece in pieces]
    content = "".join(_text(_as_dict(choice.get("delta")).get("content")) for choice in choices)
    finish = [choice["finish_reason"] for choice in choices if choice.get("finish_reason")]
    logprobs = [choice["logprobs"] for choice in choices if choice.get("logprobs")]
    usage = [piece["usage"] for piece in pieces if piece.get("usage")]
    choice = {
        "message": {"content": content},
        "finish_reason": finish[-1] if finish else None,
        "logprobs": logprobs[0] if logprobs else None,
    }
    return {**pieces[0], "choices": [choice], "usage": usage[-1] if usage else None}


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _first(value: Any) -> dict[str, Any]:
    return _as_dict(value[0]) if isinstance(value, list) and value else {}


def _text(content: Any) -> str:
    """The text of a message, which some endpoints give as a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = (part if isinstance(part, str) else _as_dict(part).get("text") for part in parts)
    return "".join(text for text in texts if isinstance(text, str))


def _top_logprobs(logprobs: Any) -> dict[str, float]:
    """The first token's alternatives, of the chat form or of the older completions form.

    Of a token that is listed twice the larger counts. None if they add up to more than 1, or if one
    token has all: the first are no probabilities, the second are those of a sampler that knows no
    other token.
    """
    logprobs = _as_dict(logprobs)
    first = _first(logprobs.get("content")).get("top_logprobs")
    if first is None:
        first = _first(logprobs.get("top_logprobs"))
    pairs = (
        first.items()
        if isinstance(first, dict)
        else ((_as_dict(t).get("token"), _as_dict(t).get("logprob")) for t in first)
        if isinstance(first, list)
        else ()
    )
    shares: dict[str, float] = {}
    for token, share in pairs:
        logprob = _finite(share)
        if isinstance(token, str) and logprob is not None:
            shares[token] = max(logprob, shares.get(token, logprob))
    is_distribution = sum(math.exp(min(share, 1.0)) for share in shares.values()) <= _MOST_SHARE
    return shares if is_distribution and list(shares.values()) != [0.0] else {}


def _finite(value: Any) -> float | None:
    try:
        number = float(value) if isinstance(value, int | float) else math.nan
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _usage(usage: Any) -> TokenUsage | None:
    """The tokens of a call; None if the endpoint does not count them: no prompt has none.

    Some count thoughts only in the total, or apart: they are paid as well.
    """
    usage = _as_dict(usage)
    prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    if not prompt or completion is None:
        return None
    thoughts = _count(_as_dict(usage.get("completion_tokens_details")).get("reasoning_tokens"))
    completion = max(completion, thoughts or 0, (_count(usage.get("total_tokens")) or 0) - prompt)
    cached = _count(_as_dict(usage.get("prompt_tokens_details")).get("cached_tokens")) or 0
    # More than there are to read is no count, and no reason for a lower price.
    cached = cached if cached <= prompt else 0
    return TokenUsage(prompt=prompt, cached=cached, completion=completion)


def _count(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:15])
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12
    return value if is_count else None
