"""The request of a pack, in the form that its endpoint takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from python_udfs.llm.calls import Pack
from python_udfs.llm.dialect import LEFT_OUT
from python_udfs.llm.pricing import PromptSize, TokenUsage, prompt_size

__all__ = ["Asked", "asked_of", "request_of"]

_TOP_LOGPROBS = 20
# Keywords of a schema that limit lengths.
_LENGTHS = ("maxItems", "minItems")
_MOST_WRITTEN = ("max_tokens", "max_completion_tokens")


@dataclass(frozen=True)
class Asked:
    """The form of a pack that the endpoint takes, its request, and the forms behind it."""

    pack: Pack
    request: dict[str, Any]
    forms: Mapping[str, str]
    size: PromptSize

    @property
    def most(self) -> TokenUsage:
        """The most tokens that the request can use."""
        names = (name for name in _MOST_WRITTEN if name in self.request)
        n_written = next((self.request[name] for name in names), self.pack.max_tokens)
        return TokenUsage(self.size.most_tokens, 0, n_written)


def asked_of(pack: Pack, model: str, forms: Mapping[str, str], more: Mapping[str, Any]) -> Asked:
    """Return the request for `pack` with a verdict in the form that this endpoint can give."""
    if pack.wants_logprobs and pack.without_logprobs is not None:
        taken = (forms.get("logprobs"), forms.get("top_logprobs"))
        if forms.get(f"verdict:{pack.role}") == "json" or LEFT_OUT in taken:
            pack = pack.without_logprobs()
    request = request_of(pack, model, forms, more)
    return Asked(pack, request, forms, prompt_size(request["messages"]))


def request_of(
    pack: Pack, model: str, forms: Mapping[str, str], more: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the body of the request for `pack`; `more` are parameters of the settings."""
    room, least = int(forms.get("room", "1")), int(forms.get("least_tokens", "1"))
    request: dict[str, Any] = {
        "model": model,
        "messages": pack.messages,
        forms.get("max_tokens", "max_tokens"): max(pack.max_tokens * room, least),
        "temperature": pack.temperature,
        "seed": pack.seed,
    }
    if pack.schema is not None:
        request["response_format"] = _response_format(
            pack, forms.get(f"response_format:{pack.role}", "schema")
        )
    if pack.wants_logprobs:
        top = int(forms.get("top_logprobs", _TOP_LOGPROBS))
        request |= {"logprobs": True, "top_logprobs": top}
    if forms.get("system") == "user":
        request["messages"] = _without_system(pack.messages)
    left_out = [name for name in request if request[name] is None or forms.get(name) == LEFT_OUT]
    for name in left_out:
        request.pop(name)
    return {**request, **more}


def _response_format(pack: Pack, form: str) -> dict[str, Any] | None:
    if form == "json_object":
        return {"type": "json_object"}
    if form == LEFT_OUT:
        return None
    schema = pack.schema if form == "schema" else _plain(pack.schema)
    return {
        "type": "json_schema",
        "json_schema": {"name": pack.role, "schema": schema, "strict": True},
    }


def _plain(schema: Any) -> Any:
    """The schema without limits of lengths."""
    if isinstance(schema, dict):
        return {k: _plain(v) for k, v in schema.items() if k not in _LENGTHS}
    return [_plain(part) for part in schema] if isinstance(schema, list) else schema


def _without_system(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages with the system's text in front of the first user's."""
    system = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
    rest = [dict(m) for m in messages if m["role"] != "system"]
    content = rest[0]["content"]
    if isinstance(content, list):
        rest[0]["content"] = [{"type": "text", "text": system}, *content]
    else:
        rest[0]["content"] = f"{system}\n\n{content}"
    return rest
