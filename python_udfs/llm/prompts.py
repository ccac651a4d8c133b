"""Prompt files: Jinja2 templates with a block `system` and a block `user`, known by their hash."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib import resources
from typing import Any

import pyarrow as pa
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

# The markers around item text in every prompt. They are taken out of the text itself, so that no
# text can close its own frame and go on as an instruction.
_MARKER = re.compile(r"<\s*/?\s*(item|passage|background|tag)\s*>", re.IGNORECASE)
# What chat templates use to open and close a speaker's turn; servers that parse them inside
# content would let a synopsis speak as the system.
_TURN = re.compile(r"<\|[^|>]*\|>|\[/?INST\]|</?s>")

_FOLDER = resources.files("python_udfs") / "prompts"


def as_data(text: str) -> str:
    """Return `text` without markers that frame data or turn the speaker."""
    previous = None
    while previous != text:
        previous, text = text, _TURN.sub(" ", _MARKER.sub(" ", text))
    return text


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(str(_FOLDER)),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - prompts are plain text, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["data"] = as_data
    return environment


@lru_cache(maxsize=32)
def _template(name: str) -> Template:
    return _environment().get_template(f"{name}.j2")


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
    """SHA-256 of each prompt file by name, in the order of the names."""
    files = sorted(
        (f for f in _FOLDER.iterdir() if f.name.endswith(".j2")), key=lambda file: file.name
    )
    return {f.name.removesuffix(".j2"): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def prompt_table() -> pa.Table:
    """One row for each prompt file: prompt_name, prompt_hash."""
    hashes = prompt_hashes()
    return pa.table({"prompt_name": list(hashes), "prompt_hash": list(hashes.values())})
