"""Prompt files: Jinja2 templates with a block `system` and a block `user`, known by their hash.

What several share is a file with a leading underscore, `{% include "_shared.j2" %}` on a line of
its own. A folder of the user's may replace files of the package by others of the same name.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
from jinja2 import Environment, StrictUndefined, Template

from python_udfs.errors import InputError

# The markers around item text in every prompt. They are taken out of the text itself, so that no
# text can close its own frame and go on as an instruction.
_MARKER = re.compile(r"<\s*/?\s*(item|passage|background|tag)\s*>", re.IGNORECASE)
# What chat templates use to open and close a speaker's turn; servers that parse them inside
# content would let a synopsis speak as the system.
_TURN = re.compile(r"<\|[^|>]*\|>|\[/?INST\]|</?s>")

_FOLDER = resources.files("python_udfs") / "prompts"
# The runner sends it after a broken reply of any role; a user's own would not reach it.
_REPAIR = "repair"
_INCLUDE = re.compile(r'^\{% include "(\w+)\.j2" %\}\n', re.MULTILINE)


def as_data(text: str) -> str:
    """Return `text` without markers that frame data or turn the speaker."""
    previous = None
    while previous != text:
        previous, text = text, _TURN.sub(" ", _MARKER.sub(" ", text))
    return text


def as_pairs(output: str | list[dict[str, Any]]) -> str:
    """The tags of an example as the answer that is asked for: ["lost love 9","storm 6"].

    Name and score in one text cost a model less than half the tokens of an object.
    """
    if isinstance(output, str):
        return output
    pairs = [f"{tag['name']} {tag['score'] * 10:.3g}" for tag in output]
    return json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))


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
    environment.filters["pairs"] = as_pairs
    return environment


def _source(name: str, folder: str) -> str:
    """The file `name` with what it includes in its place: what is rendered, and hashed."""
    own = Path(folder, f"{name}.j2") if folder else None
    file = own if own and own.is_file() else _FOLDER / f"{name}.j2"
    text = file.read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda include: _source(include[1], folder), text)


@lru_cache(maxsize=32)
def _template(name: str, folder: str) -> Template:
    return _environment().from_string(_source(name, folder))


def render(name: str, folder: str = "", /, **values: Any) -> list[dict[str, Any]]:
    """Return the chat messages of prompt `name`: system, then user.

    A file of that name in `folder` replaces that of the package. Raises jinja2.UndefinedError if
    the prompt needs a value that is not given.
    """
    template = _template(name, folder)
    messages = []
    for block in ("system", "user"):
        context = template.new_context(values)
        content = "".join(template.blocks[block](context)).strip()
        messages.append({"role": block, "content": content})
    return messages


def prompt_hashes(folder: str = "") -> dict[str, str]:
    """SHA-256 of each prompt with what it includes by name, in the order of the names.

    Raises InputError if `folder` does not exist or has a file that replaces no prompt.
    """
    files = {f.name.removesuffix(".j2") for f in _FOLDER.iterdir() if f.name.endswith(".j2")}
    if folder:
        _check_own(folder, files - {_REPAIR})
    names = sorted(name for name in files if not name.startswith("_"))
    return {name: hashlib.sha256(_source(name, folder).encode()).hexdigest() for name in names}


def _check_own(folder: str, files: set[str]) -> None:
    if not Path(folder).is_dir():
        raise InputError(f"prompts_folder {folder} is no folder; name one with prompt files")
    unknown = sorted({file.stem for file in Path(folder).glob("*.j2")} - files)
    if unknown:
        raise InputError(
            f"prompts_folder {folder} has {unknown[0]}.j2, which replaces no prompt; "
            f"files may be named {', '.join(f'{name}.j2' for name in sorted(files))}"
        )


def prompt_table(folder: str = "") -> pa.Table:
    """One row for each prompt file: prompt_name, prompt_hash."""
    hashes = prompt_hashes(folder)
    return pa.table({"prompt_name": list(hashes), "prompt_hash": list(hashes.values())})
