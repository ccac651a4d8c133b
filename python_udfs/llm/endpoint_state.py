"""When calls to one endpoint may go: one state that all roles of a run share.

The endpoint waits, not the question. A window limits the calls in flight (window.py); a pause that
one call is asked to make holds for all; after failures in a row the window is closed and one call
at a time probes, ever more rarely, until the endpoint is back or has been away for `max_outage_s`.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from python_udfs.llm.bucket import Bucket
from python_udfs.llm.pace import Pace
from python_udfs.llm.pauses import Room
from python_udfs.llm.stopping import Stop
from python_udfs.llm.window import Window

__all__ = ["EndpointState", "Limits", "OutageError", "Ticket"]

FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
# Limits are of a minute; what asks for more while other calls are answered is waited for no longer.
_LONGEST_AMONG_GOOD_S = 60.0
# Nothing was ever heard of an address: rather a wrong one than an outage.
_NEVER_HEARD_S = 30.0


class OutageError(Exception):
    """The endpoint has been away for too long."""


@dataclass(frozen=True)
class Limits:
    """What the settings allow: calls in flight, calls and tokens a minute (0 = unknown)."""

    concurrency: int
    requests_per_minute: int = 0
    tokens_per_minute: int = 0
    max_outage_s: float = 900.0
    first_pause_s: float = field(default_factory=lambda: FIRST_PAUSE_S)


@dataclass(frozen=True)
class Ticket:
    """A call that may go: when it went, for the state to know what it has seen since."""

    went_at: float
    n_tokens: int


class EndpointState:
    """Window, rate, pause and breaker of one endpoint; thread-safe."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._changed = threading.Condition()
        self._window = Window(limits.concurrency)
        self._n_in_flight = 0
        self._not_before = self._next_at = 0.0
        self._pace = Pace(60 / (limits.requests_per_minute or float("inf")))
        self._last_cut = self._last_healthy = float("-inf")
        self._n_failed_in_a_row = 0
        self._away_since: float | None = None
        self._was_heard = False
        self._limit = Bucket.of(limits.tokens_per_minute, clock())
        self._told = {"requests": Bucket(), "tokens": Bucket()}
        self._random = random.Random(1)  # noqa: S311 (jitter)

    @property
    def window(self) -> int:
        """Calls that may be in flight now; 0 while the endpoint is away, where one probes."""
        return 0 if self._n_failed_in_a_row > 1 else max(1, int(self._window.size))

    def begin(self) -> None:
        """Note that a role begins: before it nobody asked whether the endpoint is back."""
        with self._changed:
            if not self._n_in_flight:
                self._away_since = None

    def admit(self, n_tokens: int, stop: Stop) -> Ticket:
        """Return when a call of at most `n_tokens` may go; `release` must follow.

        Raises StoppedError, or OutageError if the endpoint has been away for too long.
        """
        with self._changed:
            while (wait_s := self._wait_s(n_tokens)) > 0:
                stop.check()
                self._changed.wait(min(wait_s, stop.poll_s))
            stop.check()
            now = self._clock()
            if not self._n_in_flight:
                self._window.sent(now)
            self._n_in_flight += 1
            self._next_at = max(now, self._next_at) + self._pace.gap_s
            self._pace.sent(now)
            self._take(1, n_tokens, now)
            return Ticket(now, n_tokens)

    def release(
        self,
        ticket: Ticket,
        *,
        is_healthy: bool,
        n_tokens: int | None = None,
        is_heard: bool = True,
        is_limit: bool = False,
        pause_s: float | None = None,
        rooms: Mapping[str, Room] | None = None,
    ) -> None:
        """Note how a call ended.

        `n_tokens` are those used, `is_limit` says that the endpoint refused for its limits,
        `is_heard` that anything answered at all.
        """
        with self._changed:
            now = self._clock()
            self._was_heard = self._was_heard or is_heard
            if n_tokens is not None:
                self._take(0, n_tokens - ticket.n_tokens, now)
            for kind, room in (rooms or {}).items():
                self._told[kind].told(room, now)
            if is_healthy:
                self._note_healthy(now)
            else:
                self._note_failed(now, ticket, is_limit=is_limit, pause_s=pause_s)
            self._n_in_flight -= 1
            self._changed.notify(max(1, self.window - self._n_in_flight))

    def cancel(self, ticket: Ticket) -> None:
        """Give back the slot of a call that was not sent."""
        with self._changed:
            self._n_in_flight -= 1
            self._take(0, -ticket.n_tokens, self._clock())
            self._changed.notify()

    def _wait_s(self, n_tokens: int) -> float:
        now = self._clock()
        if self._away_since is not None:
            # A pause that was asked for and ends too late is not waited for.
            away_s = max(now, self._not_before) - self._away_since
            limit = self.limits.max_outage_s
            if away_s > (limit if self._was_heard else min(limit, _NEVER_HEARD_S)):
                raise OutageError(f"away for {away_s:.0f} s")
        if self._n_in_flight >= max(1, self.window):
            return 60.0
        return max(
            self._not_before - now,
            self._next_at - now,
            self._limit.wait_s(n_tokens, now),
            self._told["requests"].wait_s(1, now),
            self._told["tokens"].wait_s(n_tokens, now),
        )

    def _take(self, n_calls: int, n_tokens: int, now: float) -> None:
        self._limit.take(n_tokens, now)
        self._told["requests"].take(n_calls, now)
        self._told["tokens"].take(n_tokens, now)

    def _note_healthy(self, now: float) -> None:
        self._n_failed_in_a_row, self._away_since, self._last_healthy = 0, None, now
        self._not_before = min(self._not_before, now + _LONGEST_AMONG_GOOD_S)
        self._window.replied(now, self._n_in_flight)

    def _note_failed(
        self, now: float, ticket: Ticket, *, is_limit: bool, pause_s: float | None
    ) -> None:
        is_paced = is_limit and self._pace.limited(now, ticket.went_at)
        is_new = ticket.went_at >= self._last_cut
        if ticket.went_at > self._last_cut:  # else: of the calls that the last cut was for
            self._last_cut = now
            if not is_paced:
                self._window.halve(now)
        if ticket.went_at >= self._last_healthy:
            self._n_failed_in_a_row += is_new
            self._away_since = now if self._away_since is None else self._away_since
        n = self._n_failed_in_a_row
        if n < 2 and (pause_s or 0.0) > self.limits.max_outage_s:
            pause_s = None  # it would end the run, which one reply alone does not
        if n > 1 or (is_limit and pause_s is None):
            doubled = self.limits.first_pause_s * 2 ** min(max(n - 2, 0), 10)
            own_s = min(doubled, _LONGEST_PAUSE_S) * (1 + 0.25 * self._random.random())
            pause_s = max(own_s, pause_s or 0.0)  # "Retry-After: 0" again and again is no pause
        if pause_s is not None:
            self._not_before = max(self._not_before, now + pause_s)
