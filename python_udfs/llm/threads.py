"""Threads of the embedded model: measured at the start, watched, measured again.

On idle cores the largest number is the fastest. On busy cores the threads of one product wait for
each other, and fewer can be several times as fast. No constant fits, and neither load nor number of
cores predicts it: tokens per second do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import joblib

__all__ = ["Speed", "Threads", "Timings", "thread_counts"]

# On average an item's calls read three tokens for each one they write.
_READ, _WRITTEN = 75, 25
# A number that takes longer is slower than the best so far, so its measurement stops.
_PATIENCE = 1.25
_FIRST_LIMIT_S = 60.0
# Measure again after one call this many times slower than expected, or two in a row.
_SLOW, _VERY_SLOW = 1.67, 4.0
# Allowance for a call of a new size over the measured time.
_UNSEEN = 1.5
_LEAST_TOKENS = 32
# With fewer threads than cores: check, ever more rarely, whether the other work has ended.
_AGAIN_S, _LONGEST_AGAIN_S = 30.0, 960.0


@dataclass(frozen=True)
class Timings:
    """The server's timings of a call: tokens read (not cached) and written, and seconds."""

    n_read: int
    read_s: float
    n_written: int
    written_s: float


@dataclass(frozen=True)
class Speed:
    """Tokens per second, read and written."""

    read_per_s: float
    written_per_s: float

    @classmethod
    def of(cls, timings: Timings) -> Speed:
        """The speed of one call that read and wrote."""
        return cls(
            timings.n_read / max(timings.read_s, 1e-9),
            timings.n_written / max(timings.written_s, 1e-9),
        )

    def seconds(self, n_read: float = _READ, n_written: float = _WRITTEN) -> float:
        """Seconds for reading and writing this many tokens."""
        return n_read / self.read_per_s + n_written / self.written_per_s


def thread_counts(fixed: int = 0) -> tuple[int, ...]:
    """The numbers of threads to try, ascending: `fixed`, or some up to the cores of this process.

    It respects CPU affinity and cgroup limits, not only the cores of the machine.
    """
    if fixed:
        return (fixed,)
    n_cores = joblib.cpu_count()
    return tuple(sorted({max(1, n_cores // 4), max(1, n_cores // 2), max(1, n_cores - 1), n_cores}))


class Threads:
    """Chooses among `counts`, ascending.

    `measure` serves the model with a number of threads and times a call; it gets a time limit in
    seconds and returns None if that is exceeded. `is_due` says when to choose (again).
    """

    def __init__(
        self,
        counts: tuple[int, ...],
        measure: Callable[[int, float], Speed | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.counts = counts
        self.number = 0
        self.speed = Speed(_READ / _FIRST_LIMIT_S, _WRITTEN / _FIRST_LIMIT_S)
        self.is_due = True
        self._measure = measure
        self._clock = clock
        self._best: dict[tuple[str, int], float] = {}
        self._last_slowness = 0.0
        self._pause_s = _AGAIN_S
        self._again_at = 0.0

    def choose(self) -> int:
        """Measure every number and return the fastest.

        The returned one may differ from the last measured one.
        """
        before, best, limit = self.number, None, _FIRST_LIMIT_S
        for number in self.counts:
            speed = self._measure(number, limit)
            if speed is not None and (best is None or speed.seconds() < best.seconds()):
                self.number, best = number, speed
                limit = min(limit, speed.seconds() * _PATIENCE)
        if best is None:
            self.number = self.counts[0]
        self.speed = best or self.speed
        self._best.clear()
        self.is_due, self._last_slowness = False, 0.0
        has_changed = self.number != before
        self._pause_s = _AGAIN_S if has_changed else min(2 * self._pause_s, _LONGEST_AGAIN_S)
        self._again_at = self._clock() + self._pause_s
        return self.number

    def observe(self, timings: Timings) -> None:
        """Note a call; afterwards `is_due` says whether to choose again."""
        if len(self.counts) == 1:
            return
        slowness = self._slowness(timings)
        if slowness is not None:
            is_slow = slowness > _VERY_SLOW or min(slowness, self._last_slowness) > _SLOW
            self._last_slowness = slowness
            self.is_due = self.is_due or is_slow
        if self.number < self.counts[-1] and self._clock() >= self._again_at:
            self.is_due = True

    def give_up(self) -> None:
        """Note a call that timed out."""
        self.is_due = len(self.counts) > 1

    def _slowness(self, timings: Timings) -> float | None:
        """Seconds of a call divided by the expected ones; None if nothing is expected.

        Few tokens are read at a lower rate than many, and a grammar slows writing. So a call is
        compared with the best one of its size; only the first of a size with the measurement.
        """
        parts = (
            ("read", timings.n_read, timings.read_s, self.speed.read_per_s),
            ("written", timings.n_written, timings.written_s, self.speed.written_per_s),
        )
        expected = took = 0.0
        for what, n_tokens, seconds, measured in parts:
            size = (what, n_tokens.bit_length())
            best = self._best.get(size)
            if best is None and n_tokens >= _LEAST_TOKENS:
                best = measured / _UNSEEN
            if best is not None:
                expected += n_tokens / best
                took += seconds
            if n_tokens:
                rate = n_tokens / max(seconds, 1e-9)
                self._best[size] = max(rate, self._best.get(size, 0.0))
        return took / expected if expected else None
