"""Text without HTML."""

from __future__ import annotations

import html
import re

__all__ = ["plain_text"]

# Only known tags are markup: "<3" and "<Spoiler>" are text.
_IN_LINE = "a abbr b cite code del em font i ins mark s small span strike strong sub sup u"
_BLOCKS = (
    "address article blockquote body br center dd div dl dt figcaption figure footer h1 h2 h3 h4 "
    "h5 h6 head header hr html img li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
_NEVER_TEXT = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_DEEPEST = 3


def _tags(names: str) -> re.Pattern[str]:
    return re.compile(rf"</?(?:{names.replace(' ', '|')})(?=[\s/>])[^<>]*>", re.IGNORECASE)


_IN_LINE_TAG, _BLOCK_TAG = _tags(_IN_LINE), _tags(_BLOCKS)


def plain_text(text: str) -> str:
    """Return `text` without HTML tags, with entities as characters; without either it is the same.

    Markup may be escaped once more (`&lt;p&gt;`), as in feeds. A line break or the end of a
    paragraph becomes a space.
    """
    plain = text
    for _ in range(_DEEPEST):
        plain = _ENTITY.sub(lambda found: html.unescape(found[0]).replace("\xa0", " "), plain)
    if "<" in plain:
        stripped = _IN_LINE_TAG.sub("", _BLOCK_TAG.sub(" ", _NEVER_TEXT.sub(" ", plain)))
        if stripped != plain:
            plain = re.sub(r"[ \t\r\n]+", " ", stripped)
    return text if plain == text else plain.strip()
