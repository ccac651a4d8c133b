"""The window of calls in flight, against endpoints whose time is simulated."""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from python_udfs.llm.window import Window

N_CALLS = 4000


@dataclass
class Served:
    """What a run took: seconds, the mean of calls in flight, the window after each reply."""

    seconds: float = 0.0
    in_flight: float = 0.0
    sizes: list[float] = field(default_factory=list)


def serve(
    latency_s: Callable[[random.Random, int], float],
    slots: int,
    most: int,
    window: Window | None = None,
) -> Served:
    """Send calls as the window allows; each is served for a while once it has a slot."""
    chance, served = random.Random(1), Served()  # noqa: S311
    now, n_sent, n_served, n_in_flight, calls_s = 0.0, 0, 0, 0, 0.0
    ends: list[float] = []
    waiting: deque[int] = deque()
    for _ in range(N_CALLS):
        while n_sent < N_CALLS and n_in_flight < int(window.size if window else most):
            if window and not n_in_flight:
                window.sent(now)
            n_sent, n_in_flight = n_sent + 1, n_in_flight + 1
            waiting.append(n_sent)
            if n_sent == 1:  # it goes alone
                break
        while waiting and n_served < slots:
            heapq.heappush(ends, now + latency_s(chance, waiting.popleft()))
            n_served += 1
        calls_s += n_in_flight * (ends[0] - now)
        now, n_served = heapq.heappop(ends), n_served - 1
        if window:
            window.replied(now, n_in_flight)
            served.sizes.append(window.size)
        n_in_flight -= 1
    served.seconds, served.in_flight = now, calls_s / now
    return served


def always(chance: random.Random, n: int) -> float:
    """0.3 s."""
    return 0.3


def varying(chance: random.Random, n: int) -> float:
    """0.3 s in the mean, with half of that as standard deviation."""
    return chance.gammavariate(4, 0.3 / 4)


@pytest.mark.parametrize("latency_s", [always, varying])
@pytest.mark.parametrize("most", [8, 64, 100, 256])
def test_an_endpoint_without_a_knee_is_as_fast_as_with_all_calls_at_once(
    latency_s: Callable[[random.Random, int], float], most: int
) -> None:
    window = Window(most)
    served = serve(latency_s, 10**6, most, window)
    assert window.size == most
    # The growth itself takes some replies.
    assert served.seconds < serve(latency_s, 10**6, most).seconds + 8 * 0.3


@pytest.mark.parametrize("latency_s", [always, varying])
@pytest.mark.parametrize("slots", [1, 4, 16, 30])
@pytest.mark.parametrize("most", [64, 256])
def test_an_endpoint_with_slots_gets_few_more_calls_and_loses_no_time(
    latency_s: Callable[[random.Random, int], float], slots: int, most: int
) -> None:
    window = Window(most)
    served = serve(latency_s, slots, most, window)
    assert served.seconds < 1.04 * serve(latency_s, slots, most).seconds
    assert served.in_flight < max(3 * slots, 13)
    assert max(served.sizes) <= max(4.5 * slots, 36)


def test_a_refusal_ends_the_doubling_and_a_pause_the_comparison() -> None:
    window = Window(64)
    for n in range(9):
        window.replied(n / 10, 8)
    assert window.size == 16
    window.halve(1.0)
    assert window.size == 8
    for n in range(16):
        window.replied(1.1 + n / 10, 8)
    assert 9 < window.size < 11
    before = window.size
    window.sent(600.0)  # another role, whose answers take ten times as long
    for n in range(200):
        window.replied(601.0 + n, 8)
    assert window.size > before
