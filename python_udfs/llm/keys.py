"""Takes keys out of what endpoints say, before it is stored or shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

__all__ = ["Secrets"]

_CUT = "[cut]"
_MESSAGE_CHARS = 500
# A shorter key ("x", "none") is none: it would cut letters out of words.
_LEAST_CHARS = 8
# What local servers are told for a key is none either, and may be a word of a tag.
_NO_KEYS = {
    "anything", "lm-studio", "no-key-needed", "no-key-required", "not-needed", "not-required",
    "placeholder", "sk-no-key-required",
}  # fmt: skip
_PREFIXES = ("sk-", "Bearer", "tvly-")


class Secrets:
    """The keys of a run."""

    def __init__(self, keys: Sequence[str | None] = ()) -> None:
        long = [
            key for key in keys if key and len(key) >= _LEAST_CHARS and key.lower() not in _NO_KEYS
        ]
        # As it is, as JSON writes it, with slashes as some JSON writes them, and as in an address.
        forms = [
            form
            for key in long
            for text in (json.dumps(key)[1:-1],)
            for form in (key, text, text.replace("/", "\\/"), quote(key, safe=""))
        ]
        self._keys = sorted(set(forms), key=lambda form: (-len(form), form))

    def cut(self, text: str) -> str:
        """Return `text` without the keys."""
        for key in self._keys:
            text = text.replace(key, _CUT)
        return text

    def said(self, text: str) -> str:
        """Return an endpoint's words: short, without these keys and without what looks like one."""
        words = [
            _CUT if word.strip("'\".,:;()").startswith(_PREFIXES) else word
            for word in self.cut(text).split()
        ]
        return " ".join(words)[:_MESSAGE_CHARS]
