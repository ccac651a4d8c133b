"""Estimates how long items take with the embedded model, from the measured speed."""

from __future__ import annotations

import math

from python_udfs.llm.threads import Speed

__all__ = ["expected_seconds", "in_words"]

# Tokens that a sample item reads (without cached ones) and writes over all its calls with the
# default settings: text, image, verdicts.
_READ_AN_ITEM, _WRITTEN_AN_ITEM = 1922, 160


def expected_seconds(speed: Speed, n_items: int) -> float:
    """Seconds for `n_items` with the tokens of a sample item."""
    return n_items * speed.seconds(_READ_AN_ITEM, _WRITTEN_AN_ITEM)


def in_words(seconds: float) -> str:
    """A readable duration, rounded up: "about 9 minutes"."""
    minutes = math.ceil(seconds / 60)
    if minutes < 120:
        return f"about {minutes} minute{'s' if minutes > 1 else ''}"
    return f"about {math.ceil(minutes / 60)} hours"
