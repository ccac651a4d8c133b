"""What an endpoint does not take, learnt from its refusals, for each endpoint and model.

A change is tried on the call that was refused and adopted when that call gets its answer, so that
one odd refusal teaches nothing. What is adopted is kept in the ledger's `llm_dialects`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

from python_udfs.llm.calls import Pack

__all__ = ["MOST_CHANGES", "Dialect", "adapted", "change_for", "request_of"]

# Refusals of one call that may each teach something.
MOST_CHANGES = 10
_TOP_LOGPROBS = 20
_MOST_ROOM = 64
_LEFT_OUT = "none"
# The forms of a schema, from the first that is asked to the last; keywords beyond the plain ones
# (maxItems and the like) are what many endpoints refuse.
_SCHEMAS = ("schema", "plain_schema", "json_object", _LEFT_OUT)
_OF_SCHEMAS = re.compile(
    r"response_format|response format|json_schema|schema|grammar|maxitems|max_items|property name|"
    r"structured output|output format"
)
_NO_ROOM = re.compile(r"(output|model) (token )?limit|max_tokens or|ask again with a greater")
_SYSTEM = re.compile(r"system|developer (instruction|message)")
_UNNAMED = re.compile(r"invalid.?argument|argument is invalid|no endpoint takes these parameters")
_UNKNOWN = re.compile(r"(unknown|unrecognized|unexpected) (parameter|field|argument|keyword)")
_PARAMETERS = ("top_logprobs", "logprobs", "temperature", "seed")
_NUMBER = re.compile(r"\b([1-9]|1\d)\b")
_KEYWORDS = ("maxItems", "minItems", "additionalProperties")


class Dialect:
    """The learnt forms of one endpoint and model; `keep` stores what is adopted."""

    def __init__(
        self, forms: Mapping[str, str], keep: Callable[[str, str, str], None] = lambda *_: None
    ) -> None:
        self._forms = dict(forms)
        self._keep = keep
        self._lock = threading.Lock()
        self._unfit: dict[str, int] = {}

    def forms(self) -> dict[str, str]:
        """Return the forms by feature."""
        with self._lock:
            return dict(self._forms)

    def adopt(self, changes: Mapping[str, str], said: str) -> None:
        """Keep what let a call succeed."""
        with self._lock:
            new = {k: v for k, v in changes.items() if self._forms.get(k) != v}
            self._forms |= new
        for feature, form in new.items():
            self._keep(feature, form, said)

    def verdict_form(self, role: str) -> str:
        """Return logprobs or json, or '' while it is not decided for this role."""
        with self._lock:
            return self._forms.get(f"verdict:{role}", "")

    def note_verdict(self, role: str, *, is_fit: bool, most_unfit: int = 3) -> None:
        """Decide the form of a role's verdicts: by the first fit reply, or some unfit in a row."""
        if self.verdict_form(role):
            return
        with self._lock:
            n_unfit = self._unfit[role] = 0 if is_fit else self._unfit.get(role, 0) + 1
        if is_fit:
            self.adopt({f"verdict:{role}": "logprobs"}, "gave log-probabilities")
        elif n_unfit >= most_unfit:
            self.adopt({f"verdict:{role}": "json"}, "gave no log-probabilities of Yes and No")


def request_of(
    pack: Pack, model: str, forms: Mapping[str, str], more: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the body of the request for `pack`; `more` are parameters of the settings."""
    room = int(forms.get("room", "1"))
    request: dict[str, Any] = {
        "model": model,
        "messages": pack.messages,
        forms.get("max_tokens", "max_tokens"): pack.max_tokens * room,
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
    left_out = [name for name in request if request[name] is None or forms.get(name) == _LEFT_OUT]
    for name in left_out:
        request.pop(name)
    return {**request, **more}


def change_for(
    request: Mapping[str, Any], role: str, forms: Mapping[str, str], status: int, words: str
) -> dict[str, str]:
    """Return the change that a refusal asks for, {} if it names nothing that was sent."""
    said = words.lower()
    if status >= 500 and not _OF_SCHEMAS.search(said):
        return {}
    if "max_completion_tokens" in said and "max_tokens" in request:
        return {"max_tokens": "max_completion_tokens"}
    room = int(forms.get("room", "1"))
    if _NO_ROOM.search(said) and room < _MOST_ROOM:
        return {"room": str(_MOST_ROOM)}
    if "response_format" in request and _OF_SCHEMAS.search(said):
        return _next_schema(role, forms, said)
    for name in _PARAMETERS:
        if name in request and name in said:
            allowed = _NUMBER.search(said) if name == "top_logprobs" else None
            return {name: allowed[1] if allowed else _LEFT_OUT}
    if _SYSTEM.search(said) and any(m["role"] == "system" for m in request["messages"]):
        return {"system": "user"}
    if "response_format" in request and _UNNAMED.search(said):
        return _next_schema(role, forms, said)
    return {}


def adapted(pack: Pack, dialect: Dialect, changes: Mapping[str, str]) -> Pack:
    """Return the form of a verdict's pack that this endpoint can answer."""
    if not pack.wants_logprobs or pack.without_logprobs is None:
        return pack
    forms = {**dialect.forms(), **changes}
    is_json = dialect.verdict_form(pack.role) == "json" or _LEFT_OUT in (
        forms.get("logprobs"), forms.get("top_logprobs")
    )  # fmt: skip
    return pack.without_logprobs() if is_json else pack


def _next_schema(role: str, forms: Mapping[str, str], said: str) -> dict[str, str]:
    """The next plainer form of the schema; of one role, since those of other roles may pass."""
    feature = f"response_format:{role}"
    place = _SCHEMAS.index(forms.get(feature, "schema"))
    is_of_type = "json_schema" in said or "type of response_format" in said
    step = 2 if place == 0 and is_of_type and "maxitems" not in said else 1
    if "response_format" in said and _UNKNOWN.search(said):
        step = len(_SCHEMAS) - 1 - place
    return {feature: _SCHEMAS[place + step]} if place + step < len(_SCHEMAS) else {}


def _response_format(pack: Pack, form: str) -> dict[str, Any] | None:
    if form == "json_object":
        return {"type": "json_object"}
    if form == _LEFT_OUT:
        return None
    schema = pack.schema if form == "schema" else _plain(pack.schema)
    return {
        "type": "json_schema",
        "json_schema": {"name": pack.role, "schema": schema, "strict": True},
    }


def _plain(schema: Any) -> Any:
    """The schema without keywords that limit lengths."""
    if isinstance(schema, dict):
        return {k: _plain(v) for k, v in schema.items() if k not in _KEYWORDS[:2]}
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
