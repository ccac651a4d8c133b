"""What the ledger says of the calls of a role and model, and figures with an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import duckdb

__all__ = ["LEAST_CALLS", "MARGIN", "History", "Range", "range_of"]

# For what no history shows.
MARGIN = 0.05
LEAST_CALLS = 5


@dataclass(frozen=True)
class Range:
    """A figure with the least and the most that it will be."""

    low: float
    expected: float
    high: float

    @classmethod
    def of(cls, value: float) -> Range:
        """A figure that is known."""
        return cls(value, value, value)

    def __add__(self, other: Range) -> Range:
        return Range(*(a + b for a, b in zip(self.values, other.values, strict=True)))

    def __mul__(self, other: Range) -> Range:
        return Range(*(a * b for a, b in zip(self.values, other.values, strict=True)))

    @property
    def values(self) -> tuple[float, float, float]:
        """Low, expected, high."""
        return self.low, self.expected, self.high


def range_of(mean: float, sd: float, n_seen: int, n_units: Range) -> Range:
    """The sum of `n_units` values whose mean and standard deviation are of `n_seen` ones."""
    n = n_units.high
    spread = 2 * sd * math.sqrt(n + n * n / max(n_seen, 1)) + MARGIN * n * mean
    return Range(max(n_units.low * mean - spread, 0.0), n_units.expected * mean, n * mean + spread)


@dataclass(frozen=True)
class History:
    """What the ledger says of a role's calls: number, means, and standard deviations."""

    n: int
    tokens_a_byte: float | None
    tokens_a_byte_sd: float
    written: float | None
    written_sd: float
    seconds: float | None
    seconds_sd: float
    cached_share: float
    repeats: float

    @classmethod
    def of(cls, reader: duckdb.DuckDBPyConnection, role: str, model: str) -> History:
        """Of the newest calls of a role and model that counted their tokens."""
        rows = reader.execute(
            """
            with recent as (
                select *, completion_tokens / len(question_keys) as written,
                    prompt_tokens / nullif(prompt_bytes, 0) as tokens_a_byte
                from ledger.main.llm_calls
                where role = $role and model = $model and status in ('ok', 'invalid')
                    and prompt_tokens is not null
                order by started_at desc limit 2000
            )
            select count(*), avg(tokens_a_byte), coalesce(stddev_samp(tokens_a_byte), 0),
                avg(written), coalesce(stddev_samp(written), 0),
                avg(latency_ms) / 1000, coalesce(stddev_samp(latency_ms), 0) / 1000,
                coalesce(sum(cached_tokens) / nullif(sum(prompt_tokens), 0), 0),
                coalesce(count(*) / nullif(count_if(attempt = 1), 0), 1)
            from recent
            """,
            {"role": role, "model": model},
        )
        return cls(*rows.fetchall()[0])

    @property
    def is_enough(self) -> bool:
        """Whether there are enough calls to tell the next ones from them."""
        return self.n >= LEAST_CALLS
