"""Prompt files: Jinja2 templates with a block `system` and a block `user`, known by their hash.

What several share is a file with a leading underscore, `{% include "_shared.j2" %}` on a line of
its own.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib import resources
from typing import Any

import pyarrow as pa
from jinja2 import Environment, StrictUndefined, Template

# The markers around item text in every prompt. They are taken out of the text itself, so that no
# text can close its own frame and go on as an instruction.
_MARKER = re.compile(r"<\s*/?\s*(item|passage|background|tag)\s*>", re.IGNORECASE)
# What chat templates use to open and close a speaker's turn; servers that parse them inside
# content would let a synopsis speak as the system.
_TURN = re.compile(r"<\|[^|>]*\|>|\[/?INST\]|</?s>")

_FOLDER = resources.files("python_udfs") / "prompts"
_INCLUDE = re.compile(r'^\{% include "(\w+)\.j2" %\}\n', re.MULTILINE)


def as_data(text: str) -> str:
    """Return `text` without markers that frame data or turn the speaker."""
    previous = None
    while previous != text:
        previous, text = text, _TURN.sub(" ", _MARKER.sub(" ", text))
    return text


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # Without a loader: an include that is not put in place, and so not hashed, is an error.
    environment = Environment(
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - prompts are plain text, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["data"] = as_data
    return environment


def _source(name: str) -> str:
    """The file `name` with what it includes in its place: what is rendered, and hashed."""
    text = (_FOLDER / f"{name}.j2").read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda include: _source(include[1]), text)


@lru_cache(maxsize=32)
def _template(name: str) -> Template:
    return _environment().from_string(_source(name))


def render(name: str, **values: Any) -> list[dict[str, Any]]:
    """Return the chat messages of prompt `name`: system, then user.

    Raises jinja2.UndefinedError if the prompt needs a value that is not given.
    """
    template = _template(name)
    messages = []
    for block in ("system", "user"):
        context = template.new_context(values)
        content = "".join(template.blocks[block](context)).strip()
        messages.append({"role": block, "content": content})
    return messages


def prompt_hashes() -> dict[str, str]:
    """SHA-256 of each prompt with what it includes by name, in the order of the names."""
    files = (f.name.removesuffix(".j2") for f in _FOLDER.iterdir() if f.name.endswith(".j2"))
    names = sorted(name for name in files if not name.startswith("_"))
    return {name: hashlib.sha256(_source(name).encode()).hexdigest() for name in names}


def prompt_table() -> pa.Table:
    """One row for each prompt file: prompt_name, prompt_hash."""
    hashes = prompt_hashes()
    return pa.table({"prompt_name": list(hashes), "prompt_hash": list(hashes.values())})
