"""Normalises every tag in the same way: candidates, base tags, aliases and manual tags."""

from __future__ import annotations

import unicodedata

import duckdb
import pyarrow as pa
from duckdb import func, sqltypes

# Word joiners fold to a space; marks, letters and digits of every script are kept. Python's \w
# excludes combining marks (e.g. Devanagari vowels), so they are tested by category. Apostrophes and
# invisible characters (fillers, selectors after an emoji) are dropped.
_DROPPED = dict.fromkeys(
    [
        *map(ord, "'\u2019\u2018\u02bc\u0060\u00b4\u034f\u115f\u1160\u3164\uffa0"),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ]
)


def normalise_tag(text: str) -> str:
    """Return `text` in NFKC, case-folded, with white space and punctuation folded to one space.

    Apostrophes are dropped (`director's` and `directors` are one tag), and so are words without a
    letter or digit. Folding twice changes nothing.
    """
    folded = unicodedata.normalize("NFKC", text.translate(_DROPPED)).translate(_DROPPED).casefold()
    # Case folding can leave NFKC (a dotted capital I), so normalise once more.
    folded = unicodedata.normalize("NFKC", folded)
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in folded)
    return " ".join(word for word in map(_without_leading_marks, kept.split()) if word)


def without_plural(word: str) -> str:
    """Return an English word without the s of a plural: `ghosts` is `ghost`, `glass` stays."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _without_leading_marks(word: str) -> str:
    """Drop marks without a base letter."""
    start = next((i for i, c in enumerate(word) if unicodedata.category(c)[0] in "LN"), len(word))
    return word[start:]


def _normalise_column(column: pa.ChunkedArray) -> pa.Array:
    return pa.array(
        [None if text is None else normalise_tag(text) for text in column.to_pylist()],
        pa.string(),
    )


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Give `connection` (and its cursors) the SQL function `normalise_tag(varchar) -> varchar`."""
    connection.create_function(
        "normalise_tag",
        _normalise_column,
        [sqltypes.VARCHAR],
        sqltypes.VARCHAR,
        type=func.ARROW,
        null_handling=func.SPECIAL,
    )
