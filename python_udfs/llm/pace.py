"""How fast calls go to one endpoint: as they come, until refusals say that a rate is exceeded.

Most of the last calls were refused then, or some after a rate could be measured; calls go at even
distances from there on. The first rate is that of the calls that were not refused; it may be far
too low, since long calls keep the window from filling, so it rises with each call until the next
refusal. From then on it is measured at each limit that is met, and hardly rises between them.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress

__all__ = ["Pace"]

# The time in which a rate is measured: at most, and at least, since a limit often lets some calls
# through at once; and how far below it the calls go.
_MEASURED_S, _LEAST_S, _BELOW = 10.0, 2.0, 0.94
# Calls at one rate, and refusals of them, that tell whether it helps; the share of refusals that is
# no reason to go slower, and the one with which a rate was measured far too high.
_ENOUGH, _FEW, _RARE, _FLOODED = 30, 3, 0.01, 0.3
# Where calls go this much slower and this part of the refusals stays, the rate is not why, and is
# not sought again for a while, each time for twice as long.
_SLOWER, _STAYS, _NOT_AGAIN_S = 1.2, 0.5, 60.0
# Calls of which most are refused where a limit is met before a rate can be measured.
_LATEST = 10
# Factor by which a call raises the rate: while it is sought, or met no limit for long; and else.
_SEEKING, _FOUND, _LONG_WITHOUT_S = 1.02, 1.0005, 30.0


class Pace:
    """Seconds between two calls (`gap_s`), never less than `least_gap_s`; times are in seconds."""

    def __init__(self, least_gap_s: float) -> None:
        self._least_gap_s = self.gap_s = least_gap_s
        self._is_seeking = False
        self._set_at = self._not_slower_before = float("-inf")
        # Calls since the rate was last set, and how many of them met the limit.
        self._n_since = self._n_limited = 0
        # With what a lower rate and its share of refusals are compared.
        self._gap_before = self._share_before = 0.0
        self._not_again_s = _NOT_AGAIN_S
        # When calls went that were not refused.
        self._went: deque[float] = deque(maxlen=8192)
        # When the last calls went, and the last that were refused: a flood if most of them were.
        self._latest: deque[float] = deque(maxlen=_LATEST)
        self._refused: deque[float] = deque(maxlen=_LATEST // 2)
        self._began = float("inf")

    def sent(self, now: float) -> None:
        """Note a call that goes now."""
        self._began = min(self._began, now)
        self._went.append(now)
        self._latest.append(now)
        self._n_since += 1
        is_seeking = self._is_seeking or now - self._set_at > _LONG_WITHOUT_S
        self.gap_s = max(self.gap_s / (_SEEKING if is_seeking else _FOUND), self._least_gap_s)

    def limited(self, now: float, went_at: float) -> bool:
        """Note that the call of `went_at` was refused for a limit; whether the rate may be why.

        Where refusals remain as frequent at a lower rate, it is not: an endpoint that is full
        refuses now and then however slowly calls come.
        """
        with suppress(ValueError):  # it is older than those that are kept
            self._went.remove(went_at)
        self._refused.append(went_at)
        self._n_limited += 1
        if now < self._not_slower_before:
            return False
        if went_at <= self._set_at:  # of the calls that the rate was set for
            return True
        is_paced, is_enough = self.gap_s > self._least_gap_s, self._n_since >= _ENOUGH
        is_flood = len(self._refused) == _LATEST // 2 and self._refused[0] >= self._latest[0]
        is_known = self._least_gap_s > 0 or now - self._began >= _LEAST_S
        if not (is_paced or is_known or is_flood):
            return False  # one call may have been refused for another reason
        share = self._n_limited / max(self._n_since, 1)
        self._is_seeking = not is_paced
        # Before, the calls of a first burst are among those that were measured.
        is_judged = is_paced and is_enough and now - self._set_at > _MEASURED_S
        is_slower = is_judged and self.gap_s > _SLOWER * self._gap_before
        is_why = not (is_slower and share > _STAYS * self._share_before)
        is_rare = share <= (_RARE if is_enough else _FLOODED)
        if is_paced and (is_rare or self._n_limited < (_FEW if is_why else _FEW + 1)):
            return True
        self._n_since = self._n_limited = 0
        if not is_why:
            self.gap_s, self._not_slower_before = self._least_gap_s, now + self._not_again_s
            self._not_again_s *= 2
            return False
        if is_slower:
            self._gap_before, self._share_before = self.gap_s, share
        self._set_at = now
        self._measure(now)
        if not is_paced:
            self._gap_before, self._share_before = self.gap_s, 1.0
        return True

    def _measure(self, now: float) -> None:
        recent = [at for at in self._went if now - at < _MEASURED_S]
        if len(recent) > 1:
            took_s = max(now - recent[0], _LEAST_S)
            self.gap_s = max(self.gap_s, took_s / (_BELOW * len(recent)))
