"""One spelling for every tag: candidates, base tags, aliases and manual tags alike."""

from __future__ import annotations

import re
import unicodedata

import duckdb
import pyarrow as pa
from duckdb import func, sqltypes

# What joins words folds to a space; marks, letters and digits of every script stay. Python's \w
# leaves out combining marks (Devanagari vowels, for one), so they are tested by category.
_APOSTROPHES = str.maketrans("", "", "'\u2019\u2018\u02bc\u0060\u00b4")
_SPACES = re.compile(r"\s+")


def normalise_tag(text: str) -> str:
    """Return `text` in NFKC, case-folded, with white space and punctuation folded to one space.

    Apostrophes are dropped (`director's` and `directors` are one tag). Folding a second time
    changes nothing.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold()
    # Case folding can leave NFKC (a dotted capital I), so the form is settled once more.
    folded = unicodedata.normalize("NFKC", folded)
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in folded)
    return _SPACES.sub(" ", kept).strip()


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
