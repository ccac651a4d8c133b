"""Local search: BM25 over the documents and the parts of items' texts that are not sent."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass

import bm25s
import numpy as np

from python_udfs.normalise import without_plural
from python_udfs.search.evidence import Passage, Query

__all__ = ["CorpusText", "LocalSearch"]

# The library logs each step at DEBUG through its own logger.
logging.getLogger("bm25s").setLevel(logging.WARNING)

_WORD = re.compile(r"\w+")
_CANDIDATES = 50
# Words that say nothing in a tag; the list is short, since tags are short.
_STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
    ]
)


@dataclass(frozen=True)
class CorpusText:
    """A text to search in, with the label that the evaluator sees."""

    text_id: str
    source: str
    item_id: str | None
    text: str


def _tokens(text: str) -> list[str]:
    """Lower-case words with a light plural fold, so that `ghosts` finds `ghost`."""
    words = _WORD.findall(text.casefold())
    return [without_plural(word) for word in words if word not in _STOP_WORDS]


def _distance(passage: Passage, query: Query) -> int:
    """0 for a passage about the item, 1 for a general one, 2 for one about another item."""
    if passage.item_id is None:
        return 1
    return 0 if passage.item_id == query.item_id else 2


class LocalSearch:
    """Passages of at most `n_words` words: about the item, then general, then others; by BM25.

    A passage counts as evidence only if it contains every word of the query.
    """

    name = "local"

    def __init__(self, corpus: Iterable[CorpusText], n_words: int, n_passages: int) -> None:
        self._n_passages = n_passages
        self._passages: list[Passage] = []
        self._sets: list[frozenset[str]] = []
        tokens: list[list[str]] = []
        for entry in corpus:
            words = entry.text.split()
            for start in range(0, len(words), n_words):
                piece = " ".join(words[start : start + n_words])
                self._passages.append(
                    Passage(f"{entry.text_id}#{start}", entry.source, entry.item_id, piece)
                )
                found = _tokens(piece)
                tokens.append(found)
                self._sets.append(frozenset(found))
        self._index: bm25s.BM25 | None = None
        if any(tokens):
            self._index = bm25s.BM25()
            self._index.index(tokens, show_progress=False)

    def find(self, query: Query) -> list[Passage]:
        """Return at most `n_passages` passages that contain all words of the query."""
        wanted = _tokens(query.words)
        if self._index is None or not wanted:
            return []
        scores = self._index.get_scores(wanted)
        needed = frozenset(wanted)
        hits = [int(i) for i in np.flatnonzero(scores > 0) if needed <= self._sets[i]]
        hits.sort(
            key=lambda i: (
                _distance(self._passages[i], query),
                -round(float(scores[i]), 6),
                self._passages[i].passage_id,
            )
        )
        return [self._passages[i] for i in hits[: self._n_passages]]
