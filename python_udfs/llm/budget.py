"""Limits of money and tokens that hold under concurrency: reserve, then settle or keep.

The most that a call may cost is reserved before it is sent. What it did cost replaces that when the
reply is there; the reservation of a call with an unknown outcome stays spent. `reserve` waits while
calls in flight may give something back, and says No only when nothing is in flight.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from python_udfs.llm.stopping import Stop
from python_udfs.settings import Runtime

__all__ = ["Budget", "Hold", "NotAttemptedError", "Purse", "budget_of"]

_DAY = "budget_day_"


class NotAttemptedError(Exception):
    """A budget is spent; the name of its var is the message."""


@dataclass
class Purse:
    """One limit, named by its var; `role` where it is of one role only."""

    name: str
    unit: str
    amount: float
    role: str | None = None
    spent: float = 0.0
    held: float = 0.0
    n_held: int = 0


@dataclass(frozen=True)
class Hold:
    """What one call has reserved."""

    amounts: Mapping[str, float]
    purses: tuple[Purse, ...]


class Budget:
    """The purses of a run; thread-safe. `today` gives the current day in UTC."""

    def __init__(self, purses: Sequence[Purse], today: Callable[[], dt.date]) -> None:
        self._purses = tuple(purses)
        self._today = today
        self._day = today()
        self._changed = threading.Condition()

    @property
    def needs_prices(self) -> bool:
        """Whether a limit is in US dollars."""
        return any(purse.unit == "usd" for purse in self._purses)

    def left_usd(self, role: str) -> float | None:
        """Return the US dollars that calls of a role may still reserve, None without a limit."""
        with self._changed:
            self._begin_day()
            left = [
                purse.amount - purse.spent - purse.held
                for purse in self._purses
                if purse.unit == "usd" and purse.role in (None, role)
            ]
        return max(min(left), 0.0) if left else None

    def reserve(
        self, role: str, usd: float | None, tokens: int, stop: Stop, *, waits: bool = True
    ) -> Hold:
        """Return a hold of what a call may cost.

        It waits for what calls in flight may give back, unless told not to. Raises
        NotAttemptedError, and StoppedError if the run ends meanwhile.
        """
        amounts = {"usd": usd or 0.0, "tokens": float(tokens)}
        purses = tuple(p for p in self._purses if p.role in (None, role))
        with self._changed:
            while full := self._full(purses, amounts):
                stop.check()
                if reached := [p.name for p in full if not (p.n_held and waits)]:
                    raise NotAttemptedError(reached[0])
                self._changed.wait(stop.poll_s)
            stop.check()
            for purse in purses:
                purse.held += amounts[purse.unit]
                purse.n_held += 1
            return Hold(amounts, purses)

    def settle(self, hold: Hold, usd: float | None, tokens: int | None) -> None:
        """Spend what the call did cost; where that is unknown (None), all that was reserved."""
        used = {"usd": usd, "tokens": tokens}
        with self._changed:
            for purse in hold.purses:
                actual = used[purse.unit]
                purse.held = max(purse.held - hold.amounts[purse.unit], 0.0)
                purse.n_held -= 1
                purse.held = purse.held if purse.n_held else 0.0
                purse.spent += hold.amounts[purse.unit] if actual is None else actual
            self._changed.notify_all()

    def held_again(
        self, role: str, usd: float | None, tokens: int, day: dt.date, *, is_of_run: bool
    ) -> Hold:
        """Return the hold of a call in a batch, which counts as spent until it is settled.

        `day` and `is_of_run` say which limits it counts against.
        """
        amounts = {"usd": usd or 0.0, "tokens": float(tokens)}
        with self._changed:
            purses = tuple(
                purse
                for purse in self._purses
                if purse.role in (None, role)
                and (day >= self._day if purse.name.startswith(_DAY) else is_of_run)
            )
            for purse in purses:
                purse.spent -= amounts[purse.unit]
                purse.held += amounts[purse.unit]
                purse.n_held += 1
        return Hold(amounts, purses)

    def _full(self, purses: Sequence[Purse], amounts: Mapping[str, float]) -> list[Purse]:
        self._begin_day()
        return [p for p in purses if p.spent + p.held + amounts[p.unit] > p.amount]

    def _begin_day(self) -> None:
        """A new day has a new purse; a clock that is set back begins none."""
        today = self._today()
        if today > self._day:
            self._day = today
            for purse in self._purses:
                if purse.name.startswith(_DAY):
                    purse.spent = 0.0


def budget_of(
    settings: Runtime,
    reader: duckdb.DuckDBPyConnection,
    invocation_id: str,
    now: Callable[[], dt.datetime],
) -> Budget:
    """Return the budget of a run with what the ledger says is spent already.

    Calls that a kill left `sent` count at their reservation.
    """
    purses = [
        Purse(name, name.rpartition("_")[2], amount)
        for name in ("budget_run_usd", "budget_run_tokens", "budget_day_usd", "budget_day_tokens")
        if (amount := float(getattr(settings, name)))
    ]
    purses += [
        Purse(f"budget_role_usd of {role}", "usd", usd, role)
        for role, usd in settings.budget_role_usd.items()
    ]
    for purse in purses:
        is_of_day = purse.name.startswith(_DAY)
        purse.spent = _spent(reader, purse, None if is_of_day else invocation_id, now().date())
    return Budget(purses, lambda: now().date())


def _spent(
    reader: duckdb.DuckDBPyConnection, purse: Purse, invocation_id: str | None, day: dt.date
) -> float:
    amount = {
        "usd": "coalesce(cost_usd, reserved_usd, 0)",
        "tokens": "coalesce(prompt_tokens + completion_tokens, reserved_tokens, 0)",
    }[purse.unit]
    rows = reader.execute(
        f"select coalesce(sum({amount}), 0) from ledger.main.llm_calls "
        "where status <> 'error' and ($role is null or role = $role) "
        "and case when $run is null then started_at >= $day else invocation_id = $run end",
        {"role": purse.role, "run": invocation_id, "day": day},
    )
    return float(rows.fetchall()[0][0])
