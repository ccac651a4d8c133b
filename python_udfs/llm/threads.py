"""How many threads serve the embedded model: measured at the start, watched, measured again.

On cores that nobody else uses the greatest number is the fastest. Beside other work the threads of
one product wait for each other, and fewer can be several times as fast. No constant is right, and
neither the load nor the number of cores tells which is the case: tokens a second do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import joblib

__all__ = ["Speed", "Threads", "Timings", "thread_counts"]

# On the whole an item's calls read three tokens for each one that they write.
_READ, _WRITTEN = 75, 25
# A number that is not done by then is slower than the best so far, and not waited for.
_PATIENCE = 1.25
_FIRST_LIMIT_S = 60.0
# One call this many times slower than expected, or two in a row, and the numbers are tried again.
_SLOW, _VERY_SLOW = 1.67, 4.0
# What a call of a size that was not seen yet may take longer than the measurement says.
_UNSEEN = 1.5
_LEAST_TOKENS = 32
# With fewer threads than there are cores: has the other work ended? Asked ever more rarely.
_AGAIN_S, _LONGEST_AGAIN_S = 30.0, 960.0


@dataclass(frozen=True)
class Timings:
    """What the server says of a call: tokens read (not cached) and written, and the seconds."""

    n_read: int
    read_s: float
    n_written: int
    written_s: float


@dataclass(frozen=True)
class Speed:
    """Tokens a second, read and written."""

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
        """Seconds that reading and writing so many tokens takes."""
        return n_read / self.read_per_s + n_written / self.written_per_s


def thread_counts(fixed: int = 0) -> tuple[int, ...]:
    """The numbers of threads to try, ascending: `fixed`, or some up to the cores of this process.

    Affinity and the limit of a control group count, not the cores of the machine.
    """
    if fixed:
        return (fixed,)
    n_cores = joblib.cpu_count()
    return tuple(sorted({max(1, n_cores // 4), max(1, n_cores // 2), max(1, n_cores - 1), n_cores}))


class Threads:
    """Chooses among `counts`, ascending.

    `measure` serves the model with a number of threads and times a call; it gets the seconds after
    which it need not go on, and returns None then. `is_due` says when to choose (again).
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

        The last one measured need not be the one returned.
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
        """Take note of a call; afterwards `is_due` says whether to choose again."""
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
        """Take note of a call that nobody waited for to its end."""
        self.is_due = len(self.counts) > 1

    def _slowness(self, timings: Timings) -> float | None:
        """Seconds of a call over those expected; None if nothing is known of such a call.

        Few tokens are read at a lower rate than many, and a grammar slows writing, so a call is
        compared with the best one of its size, and only the first of a size with the measurement.
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
