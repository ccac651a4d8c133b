"""Figures and names as a reader sees them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "count",
    "interval",
    "joined",
    "metric_label",
    "number",
    "percent",
    "plural",
    "signed",
    "system_label",
]

_SPACE = "\u00a0"  # keeps a sign with its number
_MISSING = "–"  # noqa: RUF001  an en dash, where a table has no value
_MINUS = "−"  # noqa: RUF001  the sign that is as wide as a plus
_METRICS = {
    "mrr": "MRR",
    "ctr": "CTR",
    "cvr": "CVR",
    "pv": "PV",
    "uv": "UV",
    "coverage": "Coverage",
}
_SYSTEMS = {
    "tagsmith": "Tagsmith",
    "knn_transfer": "kNN tag transfer",
    "nearest_base_tags": "nearest base tags",
    "popularity": "most popular tags",
    "genre_popularity": "most popular in genre",
    "linear_classifier": "linear classifier",
}


def _with_minus(text: str) -> str:
    return text.replace("-", _MINUS)


def number(value: float | None, places: int = 3) -> str:
    """Return a value with `places` decimals, a dash where there is none."""
    return _MISSING if value is None else _with_minus(f"{value:,.{places}f}")


def count(value: float | None) -> str:
    """Return a whole number with separators."""
    return _MISSING if value is None else _with_minus(f"{value:,.0f}")


def percent(share: float | None, places: int = 0) -> str:
    """Return a share in [0, 1] as per cent."""
    return _MISSING if share is None else _with_minus(f"{share * 100:.{places}f}{_SPACE}%")


def signed(value: float | None, places: int = 3) -> str:
    """Return a difference with its sign."""
    return _MISSING if value is None else _with_minus(f"{value:+.{places}f}")


def interval(low: float | None, high: float | None, places: int = 3) -> str:
    """Return both ends of an interval in brackets."""
    if low is None or high is None:
        return _MISSING
    return f"[{number(low, places)}, {number(high, places)}]"


def plural(value: float, noun: str) -> str:
    """Return a count with its noun, "1 item" or "20 items"."""
    return f"{count(value)} {noun}" + ("" if value == 1 else "s")


def joined(names: Sequence[str]) -> str:
    """Return names as a list in words."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def metric_label(metric: str) -> str:
    """Return the name of a metric in words."""
    return _METRICS.get(metric, metric.replace("_", " "))


def system_label(system: str) -> str:
    """Return the name of a system in words: no_ensemble is "without ensemble"."""
    if system in _SYSTEMS:
        return _SYSTEMS[system]
    words = system.replace("_", " ").replace(":", ": ")
    return "without " + words[3:] if words.startswith("no ") else words
