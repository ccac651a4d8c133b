"""How many calls to one endpoint may be in flight: doubled, halved, or held at its knee.

The window doubles until a refusal halves it, then grows by one for each window of good replies, as
TCP does (AIMD). Beyond its knee an endpoint makes calls wait: more of them bring no more replies a
second. The knee is sought as BBR seeks a full pipe (Cardwell et al., "BBR: Congestion-Based
Congestion Control", ACM Queue 14(5), 2016): a window is kept if its rate rose over that of the one
half as large; else it goes back to that rate times the latency before, and half of it is tried.
Rates are compared, not latencies as in TCP Vegas: long answers take longer without any waiting.
"""

from __future__ import annotations

__all__ = ["Window"]

# Not halved below this for the knee's sake.
_FIRST = 8.0
# Rise of the rate for a rise of the window: beyond doubt, and at least, where enough replies tell.
_CLEARLY, _RISES, _ENOUGH = 0.6, 0.1, 128
# Replies before a smaller window is judged; windows of replies at the knee until the next attempt,
# twice as many each time.
_FEW, _APART = 32, 4
_PAUSE_S = 1.0


class Window:
    """The number of calls that may be in flight, at most `most`; times are in seconds."""

    def __init__(self, most: int) -> None:
        self.size = min(_FIRST, float(most))
        self._most = float(most)
        self._is_doubling = True
        # The window that others are compared with, its replies a second (0 = not measured), and how
        # many replies tell them.
        self._base, self._base_rate, self._n_base = self.size, 0.0, 0
        # Whether half of it is known to bring fewer.
        self._is_tight = self._was_full = False
        self._n_apart = _APART
        self._last = float("-inf")
        self._measure(None)

    def sent(self, now: float) -> None:
        """Note a call that goes alone: after a pause another role may have other answers."""
        if now - self._last > _PAUSE_S:
            self._base_rate, self._is_tight = 0.0, False
            self._measure(None)

    def replied(self, now: float, n_in_flight: int) -> None:
        """Note a good reply to one of the calls in flight."""
        self._last = now
        # Time is measured from a reply on, once the calls beyond the window have ended.
        if self._began is None or n_in_flight - 1 > self.size:
            self._measure(now, self._n_wanted)
            return
        self._n += 1
        self._was_full = self._was_full or n_in_flight >= int(self.size)
        if not self._is_doubling and self._n <= self._measured:
            self.size = min(self.size + 1 / self.size, self._most)
        if self._n >= self._n_wanted:
            self._compare(self._n / max(now - self._began, 1e-9), now)

    def halve(self, now: float) -> None:
        """Note a refusal, or a failure of the endpoint."""
        self.size, self._is_doubling, self._base_rate = max(1.0, self.size / 2), False, 0.0
        self._measure(now)

    def _compare(self, rate: float, now: float) -> None:
        if not self._base_rate:
            self._base, self._base_rate, self._n_base = self._measured, rate, self._n
            self._attempt(2.0, now)
            return
        share, gain = self._measured / self._base, rate / self._base_rate
        if 0.5 < share < 1.5:  # it still grows by one, or can grow no more
            self._measure(now)
            return
        rises = (gain - 1) / (share - 1)
        if rises >= _CLEARLY or self._n >= max(_ENOUGH, 4 * self._measured):
            self._judge(share, gain, rises, now)

    def _judge(self, share: float, gain: float, rises: float, now: float) -> None:
        """More calls are worth it if the rate rises with them, fewer if it does not."""
        is_known = self._n_base >= 2 * _FEW
        is_better = (rises >= (_RISES if is_known else _CLEARLY)) == (share > 1)
        self._base *= share if is_better else max(gain, 1) if is_known else 1
        self._base_rate, self._n_base = self._base_rate * gain, self._n
        if is_better:
            self._is_tight, self._n_apart = False, _APART
            self._attempt(2.0 if share > 1 else 0.5, now)
        elif share > 1 and self._was_full and not self._is_tight:
            self._attempt(0.5, now)
        else:
            self._is_tight = True
            self._hold(now)

    def _attempt(self, share: float, now: float) -> None:
        if share < 1 and self._base < 2 * _FIRST:
            self._hold(now)
            return
        if share < 1 or self._is_doubling:
            self.size = min(share * self._base, self._most)
        is_careful = share < 1 or self._n_apart > _APART
        self._measure(now, max(self.size, _FEW) if is_careful else self.size)

    def _hold(self, now: float) -> None:
        """Stay at the knee for a while, then measure it anew."""
        self.size, self._base_rate = self._base, 0.0
        self._measure(now, max(self._n_apart * self.size, 2 * _FEW))
        self._n_apart *= 2

    def _measure(self, now: float | None, n_wanted: float | None = None) -> None:
        """Count replies anew: a window of them, unless more are wanted."""
        self._began: float | None = now
        self._n, self._measured = 0, self.size
        self._was_full = False
        self._n_wanted: float = n_wanted or self.size
