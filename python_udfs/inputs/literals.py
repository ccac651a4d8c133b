"""Lists that other programs wrote as text: Python, NumPy and Postgres."""

from __future__ import annotations

import ast
import csv
import json
import re
import warnings
from typing import Any

__all__ = ["literal_to_json"]

_NAMES = {"nan": None, "null": None, "NaN": None, "true": True, "false": False, "NaT": None}
_QUOTED = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# str() of an array: quoted texts with nothing but space between them.
_NUMPY = re.compile(rf"\[\s*{_QUOTED}(?:\s+{_QUOTED})*\s*\]", re.DOTALL)


class _Constants(ast.NodeTransformer):
    """Makes names of constants in other languages, as in `['a', nan]`, constants."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Constant(_NAMES[node.id]) if node.id in _NAMES else node


def literal_to_json(text: str) -> str | None:
    """Return the list or mapping that `text` is a literal of as JSON; None if it is none.

    Python's `['a', "b's"]` and `[{'id': 1}]`, NumPy's `['a' 'b']`, Postgres' `{a,"b c"}` and
    `[a, b]`.
    """
    if _NUMPY.fullmatch(text):
        return json.dumps([ast.literal_eval(one) for one in re.findall(_QUOTED, text)])
    try:
        with warnings.catch_warnings(action="ignore"):  # of escapes that Python does not know
            tree = _Constants().visit(ast.parse(text.strip(), mode="eval"))
        found: Any = ast.literal_eval(tree)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return _unquoted(text)
    if isinstance(found, set):
        # In the order of the text.
        found = [ast.literal_eval(one) for one in tree.body.elts]
    if not isinstance(found, list | tuple | dict):
        return None
    try:
        return json.dumps(found, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        return None


def _unquoted(text: str) -> str | None:
    """`{a,"b c"}` and `[a, b]`, whose texts need no quotes."""
    inner = re.fullmatch(r"\{([^{}:]*)\}|\[([^\[\]{}'\"]*)\]", text.strip(), re.DOTALL)
    if not inner:
        return None
    line = re.sub(r"\s", " ", inner[1] or inner[2] or "").replace("\0", "")
    rows = list(csv.reader([line], escapechar="\\", skipinitialspace=True))
    return json.dumps([None if one == "NULL" else one for row in rows for one in row])
