"""Replies of the test endpoint's model, computed only from the request.

It is obedient and gullible: it follows an order to ignore its instructions anywhere outside the
frames that mark data. The same request has the same answer in every process.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from PIL import Image

__all__ = ["Asked", "BadImageError", "answer_of", "yes_probability"]

_FRAME = re.compile(r"<(item|passage|background)>(.*?)</\1>", re.DOTALL)
_TAG_LINE = re.compile(r"^(?:<tag>|Tag: )(.+?)(?:</tag>)?(?: \(.*\))?$", re.MULTILINE)
_CATEGORY_LINE = re.compile(r"^(?:- )?(\w+):? \(?at most (\d+)\b", re.MULTILINE)
_ORDER = re.compile(
    r"ignore (?:all |your |the |previous )*instructions and answer[\s:'\"]*(\w+)", re.IGNORECASE
)
_COLOUR = re.compile(r"([a-z ]+?) (\d+)%")
_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")
_STOP = frozenset(
    _WORD.findall(
        "the and with for that this from into their them they his her its who whom which when "
        "while are was were has have had not but she him one two all out over under about after "
        "before than then there where what will would can could may must only just also more most "
        "very such title countries genres summary synopsis people poster measured"
    )
)
# What a person would say of a title with such a word; partly base tags of the sample, partly not.
_ASSOCIATED = {
    "murder": "crime", "police": "police officer", "detective": "investigation",
    "train": "train", "daughter": "parenthood", "father": "single parent", "mother": "family",
    "family": "family", "seoul": "south korea", "korea": "south korea", "rich": "class divide",
    "poor": "poverty", "debt": "debt", "game": "deadly game", "killed": "violent",
    "war": "war", "prison": "imprisonment", "love": "romance", "school": "school",
    "village": "village", "rain": "rain", "money": "money", "lies": "lies and deception",
    "bank": "heist", "desert": "desert", "ghost": "supernatural", "spirit": "spirit world",
    "bear": "talking animal", "camera": "camera", "letter": "letter", "years": "epic",
}  # fmt: skip
_GUESSES = ("moral ambiguity", "quiet tension", "hidden motives", "family ties", "long shadows")
_SCORES = (0.9, 0.8, 0.8, 0.7, 0.7, 0.6, 0.5)
_PIXEL_COLOURS = {
    "black": (10, 10, 10), "grey": (128, 128, 128), "white": (245, 245, 245),
    "red": (200, 30, 35), "orange": (230, 125, 40), "yellow": (240, 215, 70),
    "green": (45, 130, 60), "blue": (45, 95, 190), "navy": (20, 30, 75),
    "purple": (100, 50, 130), "brown": (105, 70, 40), "beige": (210, 190, 150),
}  # fmt: skip


class BadImageError(Exception):
    """An image part that cannot be decoded."""


def _digest(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:8], "big")


def words_of(text: str) -> list[str]:
    """Lower-case words of `text` in their order, without the commonest."""
    found = _WORD.findall(text.casefold())
    return [word for word in found if word not in _STOP and (len(word) > 3 or not word.isascii())]


@dataclass(frozen=True)
class Asked:
    """A request to /v1/chat/completions, parsed."""

    number: int
    body: dict[str, Any]

    @cached_property
    def model(self) -> str:
        """The model's name."""
        return str(self.body.get("model"))

    @cached_property
    def _texts(self) -> list[tuple[str, str]]:
        """(role, text) of every message, without the model's own earlier replies."""
        texts = []
        for message in self.body["messages"]:
            content = message["content"]
            if isinstance(content, list):
                content = "\n".join(part["text"] for part in content if part["type"] == "text")
            if message["role"] != "assistant":
                texts.append((message["role"], content))
        return texts

    @cached_property
    def prompt(self) -> str:
        """All text of the request."""
        return "\n".join(text for _, text in self._texts)

    def _framed(self, name: str) -> list[str]:
        return [
            text.strip()
            for role, content in self._texts
            if role == "user"
            for frame, text in _FRAME.findall(content)
            if frame == name
        ]

    @cached_property
    def item_text(self) -> str:
        """The text between the item's delimiters."""
        return next(iter(self._framed("item")), "")

    @cached_property
    def title(self) -> str:
        """The title line of the item, without its year."""
        found = re.search(r"^Title: (.*?)(?: \(\d{4}\))?$", self.item_text, re.MULTILINE)
        return found.group(1) if found else ""

    @cached_property
    def passages(self) -> list[str]:
        """The evidence: texts about the title, then general ones."""
        return [*self._framed("passage"), *self._framed("background")]

    @cached_property
    def tags(self) -> list[str]:
        """The tags to judge or to explain."""
        outside = [_FRAME.sub("", text) for role, text in self._texts if role == "user"]
        return _TAG_LINE.findall("\n".join(outside))

    @cached_property
    def outside(self) -> str:
        """The text outside all data: instructions, or text that broke out of its frame."""
        return "\n".join(
            _TAG_LINE.sub("", _FRAME.sub("", text)) if role == "user" else text
            for role, text in self._texts
        )

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The requested JSON schema, empty without one."""
        form = self.body.get("response_format") or {}
        schema: dict[str, Any] = form.get("json_schema", {}).get("schema", {})
        return schema

    @cached_property
    def kind(self) -> str:
        """`generation`, `verdict` (Yes or No), `score` (a verdict as JSON) or `reasons`."""
        if self.body.get("logprobs") or not (self.schema or self.categories or self._asks_json):
            return "verdict"
        if set(self.schema.get("properties", {})) == {"score", "reason"}:
            return "score"
        return "generation" if self.categories else "reasons"

    @cached_property
    def _asks_json(self) -> bool:
        return "JSON" in self.prompt

    @cached_property
    def categories(self) -> dict[str, int]:
        """Maximum number of tags by category, from the schema, else from the instructions."""
        properties = self.schema.get("properties", {})
        asked = {
            name: int(rule.get("maxItems", 3))
            for name, rule in properties.items()
            if rule.get("type") == "array"
        }
        if asked or properties:
            return asked
        return {name: int(most) for name, most in _CATEGORY_LINE.findall(self.outside)}

    @cached_property
    def image(self) -> Image.Image | None:
        """The decoded image part; raises BadImageError for an undecodable one."""
        for message in self.body["messages"]:
            if isinstance(message["content"], list):
                for part in message["content"]:
                    if part["type"] == "image_url":
                        return _decode(part["image_url"]["url"])
        return None

    @cached_property
    def order(self) -> str | None:
        """The answer that an injected order outside the data demands, if there is one."""
        found = _ORDER.search(self.outside)
        return found.group(1) if found else None


def _decode(url: str) -> Image.Image:
    head, _, content = url.partition(",")
    said = re.fullmatch(r"data:image/(png|jpeg|webp|gif);base64", head)
    if said is None:
        raise BadImageError(f"image URL begins with {head[:40]!r}")
    try:
        with Image.open(io.BytesIO(base64.b64decode(content, validate=True))) as image:
            if image.format != said.group(1).upper():
                raise BadImageError(f"{said.group(1)} was said, but it is {image.format}")
            return image.convert("RGB")
    except (binascii.Error, OSError) as error:
        raise BadImageError("the image cannot be decoded") from error


def _nearest_colour(pixel: Any) -> str:
    return min(_PIXEL_COLOURS, key=lambda name: math.dist(_PIXEL_COLOURS[name], pixel))


def colours_of(image: Image.Image) -> list[str]:
    """Names of the colours of `image`, the commonest first."""
    small = image.resize((24, 36), Image.Resampling.BOX)
    counts: dict[str, int] = {}
    for count, pixel in small.getcolors(maxcolors=24 * 36) or []:
        name = _nearest_colour(pixel)
        counts[name] = counts.get(name, 0) + count
    return sorted(counts, key=lambda name: (-counts[name], name))


def _tags_of_text(text: str, category: str) -> list[str]:
    words = words_of(text)
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    chosen = sorted({*words, *pairs}, key=lambda phrase: _digest(category, phrase))
    known = sorted({_ASSOCIATED[word] for word in words if word in _ASSOCIATED})
    known.sort(key=lambda phrase: _digest(category[:1], phrase))
    guess = _GUESSES[_digest(text) % len(_GUESSES)]
    # A plural beside its singular, and a capital: what deduplication and folding are for.
    twins = [f"{chosen[0]}s", chosen[0].title()] if chosen and chosen[0].isascii() else []
    return [*known[:2], *chosen[:1], *twins[:1], *known[2:3], guess, *chosen[1:], *twins[1:]]


def _tags_of_picture(asked: Asked, category: str) -> list[str]:
    image = asked.image
    if image is not None:
        colours = colours_of(image)
    else:
        line = re.search(r"colours (.*?);", asked.item_text)
        colours = [name.strip() for name, _ in _COLOUR.findall(line.group(1))] if line else []
    words = {"setting": "backdrop", "mood": "tones", "emotion": "glow"}
    return [f"{colour} {words.get(category, 'surface')}" for colour in colours]


def tags_for(asked: Asked, category: str, most: int) -> list[dict[str, Any]]:
    """The tags of one category, best first, with scores that often tie."""
    if asked.order is not None:
        return [{"name": asked.order, "score": 1.0}]
    # Of the opening, which is all that Lenient reads.
    found = _tags_of_text(asked.item_text.partition("\nSynopsis: ")[0], category)
    picture = _tags_of_picture(asked, category)
    if picture:
        found = [picture[0], *found[:1], *picture[1:2], *found[1:]]
    first = _digest(asked.item_text, category) % 3
    names = [name for name in dict.fromkeys(found) if len(name) < 40][:most]
    return [{"name": name, "score": _SCORES[min(first + i, 6)]} for i, name in enumerate(names)]


def yes_probability(asked: Asked, tag: str) -> float:
    """Probability that `tag` fits: the share of its words in the text and evidence."""
    if asked.order is not None:
        return 0.99
    there = set(words_of(" ".join([asked.item_text, *asked.passages])))
    words = words_of(tag) or [tag]
    share = sum(word in there or word.removesuffix("s") in there for word in words) / len(words)
    return round(0.08 + 0.8 * share + (_digest(tag, asked.item_text) % 100) / 1000, 4)


def _reason(asked: Asked, tag: str) -> str:
    words = [word for word in words_of(tag) if word in asked.item_text.casefold()]
    return f"The text speaks of {' and '.join(words)}." if words else "The story suggests it."


def answer_of(asked: Asked) -> str:
    """The text of the reply; raises BadImageError for an unreadable image."""
    if asked.kind == "generation":
        found = {name: tags_for(asked, name, most) for name, most in asked.categories.items()}
        value: Any = {
            name: [f"{tag['name']} {tag['score'] * 10:g}" for tag in tags]
            for name, tags in found.items()
        }
    elif asked.kind == "reasons":
        tags: Sequence[str] = list(asked.schema.get("properties", {})) or asked.tags
        value = {tag: _reason(asked, tag) for tag in tags}
    else:
        tag = asked.tags[-1] if asked.tags else ""
        probability = yes_probability(asked, tag)
        if asked.kind == "verdict":
            return "Yes" if probability > 0.5 else "No"
        value = {"score": probability, "reason": _reason(asked, tag)}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
