"""How fast calls go to one endpoint: as they come, until refusals say that a rate is exceeded.

Then they go at even distances. The first rate is that of the calls that were not refused; it may be
far too low, since long calls keep the window from filling, so it rises with each call until the
next refusal. From then on it is measured at each limit that is met, and hardly rises between them.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress

__all__ = ["Pace"]

# The time in which a rate is measured: at most, and at least, since a limit often lets some calls
# through at once; and how far below it the calls go.
_MEASURED_S, _LEAST_S, _BELOW = 10.0, 2.0, 0.95
# Calls at one rate that tell whether it helps, the share of refusals that is many, and the share
# with which a rate was measured too high.
_ENOUGH, _MANY, _FLOODED, _NOT_AGAIN_S = 30, 0.1, 0.3, 60.0
# Factor by which a call raises the rate: while it is sought, or met no limit for long; and else.
_SEEKING, _FOUND, _LONG_WITHOUT_S = 1.02, 1.0005, 30.0


class Pace:
    """Seconds between two calls (`gap_s`), never less than `least_gap_s`; times are in seconds."""

    def __init__(self, least_gap_s: float) -> None:
        self._least_gap_s = self.gap_s = least_gap_s
        self._is_seeking = False
        self._set_at = self._not_slower_before = float("-inf")
        # Calls since the rate was last set, how many of them met the limit, and the share before.
        self._n_since = self._n_limited = 0
        self._share_before = 0.0
        # When calls went that were not refused.
        self._went: deque[float] = deque(maxlen=8192)

    def sent(self, now: float) -> None:
        """Note a call that goes now."""
        self._went.append(now)
        self._n_since += 1
        is_seeking = self._is_seeking or now - self._set_at > _LONG_WITHOUT_S
        self.gap_s = max(self.gap_s / (_SEEKING if is_seeking else _FOUND), self._least_gap_s)

    def limited(self, now: float, went_at: float) -> bool:
        """Note that the call of `went_at` was refused for a limit; whether the rate may be why.

        Where many refusals remain as frequent at a lower rate, it is not.
        """
        with suppress(ValueError):  # it is older than those that are kept
            self._went.remove(went_at)
        self._n_limited += 1
        if now < self._not_slower_before:
            return False
        if went_at <= self._set_at:  # of the calls that the rate was set for
            return True
        is_paced, is_enough = self.gap_s > self._least_gap_s, self._n_since >= _ENOUGH
        share = self._n_limited / max(self._n_since, 1)
        self._is_seeking = not is_paced
        if is_paced and not is_enough and (self._n_limited < 3 or share <= _FLOODED):
            return True
        # Before, the calls of a first burst are among those that were measured.
        is_judged = is_enough and now - self._set_at > _MEASURED_S
        is_why = not (is_paced and is_judged and share > max(_MANY, 0.7 * self._share_before))
        self._n_since = self._n_limited = 0
        if is_why:
            self._share_before, self._set_at = share, now
            self._measure(now)
        else:
            self.gap_s, self._not_slower_before = self._least_gap_s, now + _NOT_AGAIN_S
        return is_why

    def _measure(self, now: float) -> None:
        recent = [at for at in self._went if now - at < _MEASURED_S]
        if len(recent) > 1:
            took_s = max(now - recent[0], _LEAST_S)
            self.gap_s = max(self.gap_s, took_s / (_BELOW * len(recent)))
