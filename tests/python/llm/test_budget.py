"""Budgets hold with 64 calls in flight, any mix of faults, kills and clocks, and can be used."""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, repeat

import duckdb
import pytest

from python_udfs.llm.budget import Budget, Hold, NotAttemptedError, Purse
from python_udfs.llm.recorder import utc_now
from python_udfs.llm.run_state import RunState
from python_udfs.llm.stopping import Stop, StoppedError
from tests.python.answers import Asked
from tests.python.conftest import MakeSettings
from tests.python.endpoint import Endpoint
from tests.python.faults import Fault
from tests.python.llm.conftest import Llm

MIDNIGHT = dt.date(2026, 3, 1)
SLOTS = 64


def today() -> dt.date:
    return MIDNIGHT


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(SLOTS) as threads:
        yield threads


def test_a_call_is_reserved_at_its_worst_and_settled_at_its_cost() -> None:
    purse = Purse("budget_run_usd", "usd", 1.0)
    budget = Budget([purse], today)
    first = budget.reserve("text", 0.6, 10, Stop())
    budget.settle(first, 0.1, 5)
    second = budget.reserve("text", 0.9, 10, Stop())
    budget.settle(second, None, None)
    assert purse.spent == pytest.approx(1.0)
    with pytest.raises(NotAttemptedError, match="budget_run_usd"):
        budget.reserve("text", 0.1, 10, Stop())


def test_reserve_waits_while_money_may_come_back() -> None:
    budget = Budget([Purse("budget_run_usd", "usd", 1.0)], today)
    first = budget.reserve("text", 0.9, 1, Stop())
    with ThreadPoolExecutor(1) as waiting:
        second = waiting.submit(budget.reserve, "text", 0.9, 1, Stop())
        time.sleep(0.05)
        assert not second.done()
        budget.settle(first, 0.05, 1)
        assert isinstance(second.result(5), Hold)


def test_a_call_in_a_batch_is_spent_until_it_is_settled() -> None:
    """Against the limits of the run and the day that it was sent in, without waiting for others."""
    run, day = Purse("budget_run_usd", "usd", 1.0), Purse("budget_day_usd", "usd", 1.0)
    budget = Budget([run, day], today)
    budget.settle(budget.reserve("text", 0.9, 1, Stop(), waits=False), None, None)
    other = budget.reserve("text", 0.05, 1, Stop())
    with pytest.raises(NotAttemptedError, match="budget_run_usd"):
        budget.reserve("text", 0.1, 1, Stop(), waits=False)
    budget.settle(other, 0.0, 0)
    of_another_run = budget.held_again("text", 0.9, 1, MIDNIGHT, is_of_run=False)
    budget.settle(of_another_run, 0.3, 1)
    assert (run.spent, day.spent) == pytest.approx((0.9, 0.3))
    of_yesterday = MIDNIGHT - dt.timedelta(days=1)
    budget.settle(budget.held_again("text", 0.9, 1, of_yesterday, is_of_run=True), 0.3, 1)
    assert (run.spent, day.spent) == pytest.approx((0.3, 0.3))


def test_who_waits_for_money_can_be_stopped() -> None:
    budget, stop = Budget([Purse("budget_run_usd", "usd", 1.0)], today), Stop()
    budget.reserve("text", 0.9, 1, stop)
    with ThreadPoolExecutor(1) as waiting:
        second = waiting.submit(budget.reserve, "text", 0.9, 1, stop)
        stop.set()
        with pytest.raises(StoppedError):
            second.result(5)


def test_a_role_may_have_a_limit_of_its_own() -> None:
    purses = [Purse("budget_role_usd of strict", "usd", 0.1, "strict")]
    budget = Budget(purses, today)
    assert isinstance(budget.reserve("lenient", 9.0, 1, Stop()), Hold)
    with pytest.raises(NotAttemptedError, match="budget_role_usd of strict"):
        budget.reserve("strict", 0.2, 1, Stop())


def test_what_is_left_is_the_least_of_the_limits_of_a_role() -> None:
    purses = [Purse("budget_run_usd", "usd", 1.0), Purse("of strict", "usd", 0.4, "strict")]
    budget = Budget([*purses, Purse("budget_run_tokens", "tokens", 0.1)], today)
    assert (budget.left_usd("text"), budget.left_usd("strict")) == (1.0, 0.4)
    purses[0].spent = 0.75
    assert (budget.left_usd("text"), budget.left_usd("strict")) == (0.25, 0.25)
    assert Budget([], today).left_usd("text") is None


def test_a_new_day_has_a_new_purse_and_a_clock_set_back_has_none() -> None:
    days = [MIDNIGHT]
    budget = Budget([Purse("budget_day_usd", "usd", 1.0)], lambda: days[-1])
    budget.settle(budget.reserve("text", 1.0, 1, Stop()), None, None)
    days.append(MIDNIGHT - dt.timedelta(days=1))
    with pytest.raises(NotAttemptedError, match="budget_day_usd"):
        budget.reserve("text", 0.5, 1, Stop())
    days.append(MIDNIGHT + dt.timedelta(days=1))
    assert isinstance(budget.reserve("text", 0.5, 1, Stop()), Hold)


def test_a_clock_that_was_ahead_is_told_with_what_opens_the_day_again(
    ledger: duckdb.DuckDBPyConnection,
    make_settings: MakeSettings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ledger.execute("use ledger")
    insert = (
        "insert into llm_calls (call_id, role, question_keys, status, cost_usd, started_at) "
        "values (?, 'text', ['q'], 'ok', 0.9, ?)"
    )
    ledger.execute(insert, ["before", utc_now() - dt.timedelta(days=3)])
    ledger.execute(insert, ["ahead", utc_now() + dt.timedelta(days=400)])
    settings = make_settings(budget_day_usd=1.0)
    run = RunState(settings, ledger, "run 1")
    assert run.budget.left_usd("text") == pytest.approx(0.1)
    remedy = caplog.text[caplog.text.index("update llm_calls") :].strip()
    ledger.execute(remedy)
    caplog.clear()
    run = RunState(settings, ledger, "run 2")
    assert run.clock().date() == utc_now().date()
    assert run.budget.left_usd("text") == pytest.approx(0.1)
    assert not caplog.text


@dataclass
class World:
    """An endpoint with a meter, and the ledger's rows: [reserved, cost or None]."""

    random: random.Random
    worst: float
    rows: list[list[float | None]] = field(default_factory=list)
    meter: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def counted(self) -> float:
        """What a new process reads from the ledger as spent."""
        return sum(row[0] if row[1] is None else row[1] for row in self.rows if row[0] is not None)

    def call(self, budget: Budget, killed: Stop) -> bool:
        """One call with a random fate; False if there was no money for it."""
        with self.lock:
            most = self.worst * self.random.uniform(0.3, 1.0)
            actual = most * self.random.uniform(0.15, 1.0)
            fate = self.random.choices(
                ("good", "refused", "lost after", "lost before"), (70, 20, 5, 5)
            )[0]
        try:
            hold = budget.reserve("text", most, 0, killed)
        except (NotAttemptedError, StoppedError):
            return False
        if killed.is_set:
            return False
        with self.lock:
            row: list[float | None] = [most, None]
            self.rows.append(row)
            self.meter += actual if fate in ("good", "lost after") else 0.0
        if killed.is_set:
            return False  # the row stays `sent`
        if fate == "good":
            row[1] = actual
            budget.settle(hold, actual, 0)
        elif fate == "refused":
            row[1] = 0.0
            budget.settle(hold, 0.0, 0)
        else:
            budget.settle(hold, None, None)
        return True


def spend(pool: ThreadPoolExecutor, seed: int) -> tuple[float, float, float]:
    """A day of builds with kills; return the limit, the endpoint's meter, and what was counted."""
    drawn = random.Random(seed)  # noqa: S311
    limit = drawn.uniform(0.5, 5.0)
    # At least ten calls fit: below that, one worst case is more than a tenth.
    world = World(drawn, limit / drawn.uniform(10, 60))
    for is_last in (*[False] * drawn.randrange(3), True):
        purse = Purse("budget_day_usd", "usd", limit, spent=world.counted)
        days = chain([MIDNIGHT], repeat(MIDNIGHT - dt.timedelta(days=1)))  # the clock is set back
        budget = Budget([purse], partial(next, days))
        killed = Stop()
        n_before_kill = drawn.randrange(1, 60)

        def ask(
            budget: Budget = budget,
            killed: Stop = killed,
            most: float = float("inf") if is_last else n_before_kill + len(world.rows),
        ) -> None:
            while world.call(budget, killed):
                if len(world.rows) > most:
                    killed.set()

        for future in [pool.submit(ask) for _ in range(SLOTS)]:
            future.result()
    return limit, world.meter, world.counted


@pytest.mark.parametrize("part", range(10))
def test_a_thousand_days_pass_no_limit_and_leave_a_tenth_at_most(
    pool: ThreadPoolExecutor, part: int
) -> None:
    for seed in range(100 * part, 100 * part + 100):
        limit, meter, counted = spend(pool, seed)
        assert meter <= counted + 1e-9 <= limit + 2e-9, f"seed {seed}"
        assert counted >= 0.9 * limit, f"seed {seed}"


def _is_nth(n: int, asked: Asked) -> bool:
    return asked.number % 20 == n


PRICES = {"test-model": [1.0, 0.5, 4.0]}


def test_the_meter_of_the_endpoint_never_passes_the_limit(llm: Llm, endpoint: Endpoint) -> None:
    """64 calls in flight with cut, late and refused ones, judged by the endpoint's own meter."""
    endpoint.price_usd = (1.0, 0.5, 4.0)
    kinds = (Fault.dropped(), Fault.slow(1.2), Fault.server_error(), Fault.rate_limit("0.01"))
    for n, fault in enumerate(kinds):
        endpoint.fail(fault, partial(_is_nth, n))
    purse = Purse("budget_run_usd", "usd", 0.02)
    llm.purses, llm.first_pause_s = [purse], 0.05
    runner = llm.runner(SLOTS, llm_prices=PRICES, request_timeout_s=0.8)
    outcome = runner.run(llm.pack("mood", item=f"{n}") for n in range(2000))
    assert outcome.budget == "budget_run_usd"
    assert endpoint.spent_usd <= purse.spent <= 0.02
    assert purse.spent >= 0.9 * 0.02
    rows = llm.rows.calls
    counted = sum(r["reserved_usd"] if r["cost_usd"] is None else r["cost_usd"] for r in rows)
    assert counted == pytest.approx(purse.spent)
    known = [r["cost_usd"] for r in rows if r["status"] == "ok"]
    assert endpoint.spent_usd >= sum(known)
    assert {r["status"] for r in rows} >= {"ok", "unknown", "error"}
