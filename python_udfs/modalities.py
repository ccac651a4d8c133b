"""The modalities: the inputs of a generator besides the item text, declared only here.

Rows of `tag_categories` name modalities. The name is also the role of its questions, and its prompt
is `prompts/generate_<name>.j2`. `make fix` writes the SQL that depends on modalities from here.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

__all__ = ["MODALITIES", "Form", "Modality"]

# Values of the prompt, and parts of the user message that follow its text.
Shown = tuple[dict[str, Any], list[dict[str, Any]]]
_SENT_AS_THEY_ARE = {"png", "jpeg", "webp", "gif"}


@dataclass(frozen=True)
class Form:
    """One form of a modality's input; an item that lacks it gets no question in this form."""

    name: str
    # The dbt model, one row per item, that the SQL expressions `content` and `content_hash` read.
    # Without content the item text is the only input. The question key includes the hash, so
    # changed content is asked again.
    model: str = "stg_items"
    content: str = ""
    content_hash: str = "sha256(input_content)"
    # True: only for endpoints that take images; False: only for those that take none.
    sends_images: bool | None = None
    # The settings with the weights of sub-category and of broad paths.
    weights: tuple[str, str] = ("weight_text_sub", "weight_text_broad")


@dataclass(frozen=True)
class Modality:
    """The forms of a modality, and `show`, which renders (form, content) for the prompt.

    `budget` is the prefix of its settings <budget>_pack_size and <budget>_output_tokens.
    """

    forms: tuple[Form, ...]
    show: Callable[[str, str | None], Shown]
    budget: str = "text"


def _text_alone(form: str, content: str | None) -> Shown:
    return {}, []


def _poster(form: str, content: str | None) -> Shown:
    if form == "description":
        return {"poster_description": content}, []
    return {"poster_description": None}, [_image_part(Path(content or ""))]


def _image_part(path: Path) -> dict[str, Any]:
    """The file in a format that endpoints accept: PNG, JPEG, WebP, GIF unchanged, others as PNG."""
    content = path.read_bytes()
    with Image.open(io.BytesIO(content)) as image:
        kind = (image.format or "").lower()
        if kind not in _SENT_AS_THEY_ARE:
            kind, buffer = "png", io.BytesIO()
            image.convert("RGB").save(buffer, "PNG")
            content = buffer.getvalue()
    url = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


MODALITIES = {
    "text": Modality((Form("text"),), _text_alone),
    "image": Modality(
        (
            Form(
                "image", "stg_poster_files", "poster_path", "image_hash", sends_images=True,
                weights=("weight_image", "weight_image"),
            ),
            Form(
                "description", "stg_poster_files", "description", sends_images=False,
                weights=("weight_image_description", "weight_image_description"),
            ),
        ),
        _poster,
        budget="image",
    ),
}  # fmt: skip
