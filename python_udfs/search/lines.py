"""The lines of a title's text that are nearest to a tag in meaning, for evaluators that read lines.

A lexical search finds no line for most themes ("self discovery"), since texts show them in other
words; Sentence-BERT (Reimers and Gurevych, 2019) compares meanings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from python_udfs.embedding.encoder import Encoder

__all__ = ["lines_of", "lines_to_expect", "nearest_lines"]

# The end of a sentence, or of a line; full stops of East Asian scripts need no space after them.
_END = re.compile(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f])\s*|\n+")
_MOST_WORDS = 40


def lines_of(item_text: str, unsent_text: str | None) -> list[str]:
    """The sentences of an item's text, in its order: what is sent, but the title, then the rest.

    A sentence of more than 40 words is cut into pieces, so that a line is short to read.
    """
    _, _, body = item_text.partition("\n")
    sentences = _END.split("\n".join(filter(None, [body or item_text, unsent_text])))
    words = [sentence.split() for sentence in sentences]
    pieces = [w[i : i + _MOST_WORDS] for w in words for i in range(0, len(w), _MOST_WORDS)]
    return list(dict.fromkeys(" ".join(piece) for piece in pieces))


def nearest_lines(
    lines: Sequence[str], tags: Sequence[str], encoder: Encoder, n_lines: int
) -> list[tuple[str, ...]]:
    """For each tag the `n_lines` lines of greatest cosine, in the order of the text.

    Equal cosines go by the order of the text.
    """
    if not lines or not tags:
        return [() for _ in tags]
    vectors = encoder.encode([*lines, *tags])
    similarities = vectors[len(lines) :] @ vectors[: len(lines)].T
    nearest = np.argsort(-similarities, axis=1, kind="stable")[:, :n_lines]
    return [tuple(lines[i] for i in sorted(row)) for row in nearest]


def lines_to_expect(
    reads: str | None, item_text: str, unsent_text: str | None, n_lines: int
) -> list[tuple[str, ...]]:
    """What an estimate knows of the lines that will be read: the shortest, and the longest.

    One that is empty for evaluators that read the text.
    """
    if reads != "lines":
        return [()]
    by_length = sorted(lines_of(item_text, unsent_text), key=len)
    return [tuple(by_length[:n_lines]), tuple(by_length[-n_lines:])]
