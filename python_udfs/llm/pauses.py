"""How long an endpoint asks to wait: Retry-After in both forms, reset headers, words in a body."""

from __future__ import annotations

import datetime as dt
import email.utils
import math
import re
from collections.abc import Mapping

__all__ = ["Room", "pause_s", "rooms"]

_LONGEST_PAUSE_S = 3600.0
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)")
_SAID = re.compile(
    r"(?:again|retry|retrydelay|wait)\W+(?:in|after|for|delay)?\W*"
    r"((?:\d+(?:\.\d+)?\s*(?:ms|s|m|h)[a-z]*\s*)+)",
    re.IGNORECASE,
)


class Room(tuple[float, float]):
    """(how many are left, seconds until they are full again) of a limit, as headers say."""


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
        left = _seconds(headers.get(f"x-ratelimit-remaining-{limit}"))
        reset = headers.get(f"x-ratelimit-reset-{limit}", "")
        seconds = _seconds(reset)
        resets_s = _duration(reset) if seconds is None else seconds
        if left is not None and resets_s is not None and resets_s <= _LONGEST_PAUSE_S:
            found[limit] = Room((left, resets_s))
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
