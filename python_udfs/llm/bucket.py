"""A bucket of calls or tokens that fills over time, as the rate limits of providers do."""

from __future__ import annotations

from dataclasses import dataclass

from python_udfs.llm.pauses import Room

__all__ = ["Bucket"]


@dataclass
class Bucket:
    """`left` of `size` at time `at` (seconds); `a_second` come back. Without a size: no limit."""

    size: float = float("inf")
    a_second: float = float("inf")
    left: float = float("inf")
    at: float = 0.0

    @classmethod
    def of(cls, per_minute: float, now: float) -> Bucket:
        """A limit a minute from the settings; of calls one second's worth may go at once."""
        return cls(per_minute, per_minute / 60, per_minute, now) if per_minute else cls()

    def wait_s(self, wanted: float, now: float) -> float:
        """Return the seconds until `wanted` are there; the whole bucket is enough for anything."""
        self._fill(now)
        missing = min(wanted, self.size) - self.left
        return missing / self.a_second if missing > 0 and self.a_second > 0 else 0.0

    def take(self, amount: float, now: float) -> None:
        """Take out, also more than there is; a negative amount gives back."""
        self._fill(now)
        self.left = min(self.size, self.left - amount)

    def told(self, room: Room, now: float) -> None:
        """Learn from headers; calls on their way may not be counted there yet, so less counts."""
        self._fill(now)
        known = self.left if self.size == room.size else room.left
        self.size, self.left = room.size, min(known, room.left)
        if room.full_in_s > 0 and room.size > room.left:
            self.a_second = (room.size - room.left) / room.full_in_s

    def _fill(self, now: float) -> None:
        if self.size != float("inf"):
            gained = (now - self.at) * self.a_second
            self.left = min(self.size, self.left + gained)
        self.at = now
