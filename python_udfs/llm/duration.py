"""Durations in words."""

from __future__ import annotations

import math

__all__ = ["in_words"]


def in_words(seconds: float) -> str:
    """A readable duration, rounded up: "about 9 minutes"."""
    minutes = math.ceil(seconds / 60)
    if minutes < 120:
        return f"about {minutes} minute{'s' if minutes > 1 else ''}"
    return f"about {math.ceil(minutes / 60)} hours"
