"""What an endpoint does not take, learnt from its refusals, for each endpoint and model.

A change is tried on the call that was refused and adopted when that call gets its answer, so that
one odd refusal teaches nothing. What is adopted is kept in the ledger's `llm_dialects`.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["LEFT_OUT", "MOST_CHANGES", "Dialect", "change_for"]

# Refusals of one call that may each teach something, and the form of what is not sent.
MOST_CHANGES = 10
LEFT_OUT = "none"
_MOST_ROOM = 64
# An endpoint that wants more output tokens than this for a verdict is misread.
_MOST_LEAST = 1024
# Replies in a row without log-probabilities after which a role's verdicts are asked as JSON.
_MOST_UNFIT = 3
# The forms of a schema, from the first that is asked to the last; keywords beyond the plain ones
# (maxItems and the like) are what many endpoints refuse.
_SCHEMAS = ("schema", "plain_schema", "json_object", LEFT_OUT)
_NO_ROOM = re.compile(r"(output|model) (token )?limit|max_tokens or|ask again with a greater")
_OF_LENGTH = re.compile(r"max_(completion_|output_)?tokens")
_LEAST = re.compile(r"(?:>=|at least|minimum|greater than or equal to)\D{0,40}(\d+)")
_SYSTEM = re.compile(
    r"[\"'`]system[\"'`]|system.?(role|message|prompt|instruction)|role:? system|"
    r"developer.?(role|message|instruction)"
)
_UNNAMED = re.compile(r"invalid.?argument|argument is invalid|no endpoint takes these parameters")
_UNKNOWN = re.compile(r"(unknown|unrecognized|unexpected) (parameter|field|argument|keyword)")
_PARAMETERS = ("top_logprobs", "logprobs", "temperature", "seed")
# A parameter is named as one, in quotes or a usual phrase: "seed" is also a word of prompts.
_NAMED = (
    r"[\"'`]([\w.]+\.)?{0}[\"'`]|"
    r"(parameter|argument|field|keyword|property|option|input|name|value|permitted|supported|"
    r"allowed)s?( supplied| provided| for)?:? ?{0}\b|"
    r"\b{0}( parameter| argument| field| value)?( of [\d.]+)?:? "
    r"((is|are) (not|un|invalid|deprecated|fixed|out of)|not |un|extra|input should|must|"
    r"may |cannot|can only|should|takes|has to|does)"
)
# "schema" and "grammar" are words of prompts too: an endpoint says what it does with them.
_OF_SCHEMAS = re.compile(
    r"response.format|json.?schema|max_?items|property name|structured.output|"
    r"output.(format|schema)|response.schema|(schema|grammar) (error|can)|"
    r"(pars|buil|compil|mak|invalid|unsupported|specified|provided)\w*( an?| the)? "
    r"(schema|grammar)|" + _NAMED.format("(schema|grammar)")
)
# Equal refusals of what was answered before, after which they are believed.
_MOST_DOUBTS = 3
_NUMBER = re.compile(r"\b([1-9]|1\d)\b")


class Dialect:
    """The learnt forms of one endpoint and model; `keep` stores what is adopted."""

    def __init__(
        self, forms: Mapping[str, str], keep: Callable[[str, str, str], None] = lambda *_: None
    ) -> None:
        self._forms = dict(forms)
        self._keep = keep
        self._lock = threading.Lock()
        self._unfit: dict[str, int] = {}
        self._taken: set[tuple[str, str]] = set()
        self._doubts: Counter[str] = Counter()

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

    def note_taken(self, request: Mapping[str, Any], role: str, forms: Mapping[str, str]) -> None:
        """Note that a call was answered with these parameters, in these forms."""
        names = set(request)
        if "response_format" in request:
            names.add(f"response_format:{role}")
        if _has_system(request):
            names.add("system")
        if "logprobs" not in request:  # one token says nothing of the room for thoughts
            names.add("room")
        with self._lock:
            self._taken |= {(name, forms.get(name, "")) for name in names}

    def doubts(self, change: Mapping[str, str], forms: Mapping[str, str], said: str) -> bool:
        """Whether a refusal is odd: calls like this were answered, and few were refused alike."""
        with self._lock:
            if change.items() <= self._forms.items():  # learnt since the call was sent
                return False
            if not any((name, forms.get(name, "")) in self._taken for name in change):
                return False
            self._doubts[said] += 1
            return self._doubts[said] < _MOST_DOUBTS

    def verdict_form(self, role: str) -> str:
        """Return logprobs or json, or '' while it is not decided for this role."""
        with self._lock:
            return self._forms.get(f"verdict:{role}", "")

    def note_verdict(self, role: str, *, is_fit: bool) -> None:
        """Decide the form of a role's verdicts: by the first fit reply, or some unfit in a row."""
        if self.verdict_form(role):
            return
        with self._lock:
            n_unfit = self._unfit[role] = 0 if is_fit else self._unfit.get(role, 0) + 1
        if is_fit:
            self.adopt({f"verdict:{role}": "logprobs"}, "gave log-probabilities")
        elif n_unfit >= _MOST_UNFIT:
            self.adopt({f"verdict:{role}": "json"}, "gave no log-probabilities of Yes and No")


def change_for(
    request: Mapping[str, Any], role: str, forms: Mapping[str, str], status: int, words: str
) -> dict[str, str]:
    """Return the change that a refusal asks for, {} if it names nothing that was sent."""
    said = words.lower()
    if status >= 500 and not _OF_SCHEMAS.search(said):
        return {}
    least = _LEAST.search(said) if _OF_LENGTH.search(said) else None
    sent = request.get("max_tokens", request.get("max_completion_tokens", _MOST_LEAST))
    if least and sent < int(least[1]) <= _MOST_LEAST:
        return {"least_tokens": least[1]}
    if "max_completion_tokens" in said and "max_tokens" in request:
        return {"max_tokens": "max_completion_tokens"}
    room = int(forms.get("room", "1"))
    if _NO_ROOM.search(said) and room < _MOST_ROOM:
        return {"room": str(_MOST_ROOM)}
    if "response_format" in request and _OF_SCHEMAS.search(said):
        return _next_schema(role, forms, said)
    for name in _PARAMETERS:
        # Nobody writes log-probabilities in another sense.
        is_named = name in said if "logprobs" in name else re.search(_NAMED.format(name), said)
        if name in request and is_named:
            allowed = _NUMBER.search(said) if name == "top_logprobs" else None
            return {name: allowed[1] if allowed else LEFT_OUT}
    if _SYSTEM.search(said) and _has_system(request):
        return {"system": "user"}
    if "response_format" in request and _UNNAMED.search(said):
        return _next_schema(role, forms, said)
    return {}


def _has_system(request: Mapping[str, Any]) -> bool:
    return any(message["role"] == "system" for message in request["messages"])


def _next_schema(role: str, forms: Mapping[str, str], said: str) -> dict[str, str]:
    """The next plainer form of the schema; of one role, since those of other roles may pass."""
    feature = f"response_format:{role}"
    place = _SCHEMAS.index(forms.get(feature, "schema"))
    is_of_type = "json_schema" in said or "type of response_format" in said
    step = 2 if place == 0 and is_of_type and "maxitems" not in said else 1
    if "response_format" in said and _UNKNOWN.search(said):
        step = len(_SCHEMAS) - 1 - place
    return {feature: _SCHEMAS[place + step]} if place + step < len(_SCHEMAS) else {}
