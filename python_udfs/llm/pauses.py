"""How long an endpoint asks to wait: Retry-After in both forms, reset headers, words in a body."""

from __future__ import annotations

import datetime as dt
import email.utils
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Room", "pause_s", "rooms"]

_LONGEST_PAUSE_S = 3600.0
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)")
_SAID = re.compile(
    r"(?:again|retry|retrydelay|wait)\W+(?:in|after|for|delay)?\W*"
    r"((?:\d+(?:\.\d+)?\s*(?:ms|s|m|h)[a-z]*\s*)+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Room:
    """What headers say of a limit: its size, what is left, and seconds until it is full again."""

    size: float
    left: float
    full_in_s: float


def pause_s(headers: Mapping[str, str], words: str, now: dt.datetime | None = None) -> float | None:
    """Return the seconds that a refusal asks to wait, None if it does not say."""
    milliseconds = _seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return _bounded(milliseconds / 1000)
    header = headers.get("retry-after")
    seconds = _seconds(header)
    if seconds is None and header:
        seconds = _until(header, now or dt.datetime.now(dt.UTC))
    if seconds is None and (said := _SAID.search(words)):
        seconds = _duration(said[1])
    return None if seconds is None else _bounded(seconds)


def rooms(headers: Mapping[str, str]) -> dict[str, Room]:
    """Return what is left of the limits `requests` and `tokens`, where headers say it."""
    found = {}
    for limit in ("requests", "tokens"):
        size = _seconds(headers.get(f"x-ratelimit-limit-{limit}"))
        left = _seconds(headers.get(f"x-ratelimit-remaining-{limit}"))
        reset = headers.get(f"x-ratelimit-reset-{limit}", "")
        seconds = _seconds(reset)
        full_in_s = _duration(reset) if seconds is None else seconds
        # A limit of a whole day is no reason to wait for each call.
        if None not in (size, left, full_in_s) and (full_in_s or 0) <= _LONGEST_PAUSE_S:
            found[limit] = Room(size or 0.0, left or 0.0, full_in_s or 0.0)
    return found


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), _LONGEST_PAUSE_S)


def _seconds(text: str | None) -> float | None:
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _until(header: str, now: dt.datetime) -> float | None:
    try:
        at = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=dt.UTC)
    return max((at - now).total_seconds(), 0.0)


def _duration(text: str) -> float | None:
    """Seconds of "1.2s", "6m0s" or "20ms"."""
    parts = _PART.findall(text.lower())
    return sum(float(number) * _UNITS[unit] for number, unit in parts) if parts else None
