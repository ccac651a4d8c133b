"""The number of threads follows measurements, at the start and during calls."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from unittest.mock import patch

import pytest

from python_udfs.llm.threads import Speed, Threads, Timings, thread_counts

ALONE = {1: Speed(40, 18), 2: Speed(75, 28)}
BUSY = {1: Speed(37, 17), 2: Speed(10, 0.7)}


class World:
    """A machine whose speed for each number of threads is set, and a clock."""

    def __init__(self, speeds: Mapping[int, Speed]) -> None:
        self.speeds = speeds
        self.now = 0.0
        self.measured: list[int] = []
        self.threads = Threads(tuple(sorted(speeds)), self.measure, lambda: self.now)

    def measure(self, number: int, within_s: float) -> Speed | None:
        self.measured.append(number)
        seconds = self.speeds[number].seconds()
        self.now += min(seconds, within_s)
        return self.speeds[number] if seconds <= within_s else None

    def call(self, n_read: int, n_written: int, slowness: float = 1.0) -> None:
        """A call at the speed that this world has for the number of threads in use."""
        speed = self.speeds[self.threads.number]
        timings = Timings(
            n_read, slowness * n_read / speed.read_per_s,
            n_written, slowness * n_written / speed.written_per_s,
        )  # fmt: skip
        self.now += timings.read_s + timings.written_s
        self.threads.observe(timings)


@pytest.mark.parametrize(("speeds", "best"), [(ALONE, 2), (BUSY, 1)])
def test_the_fastest_number_is_chosen(speeds: Mapping[int, Speed], best: int) -> None:
    world = World(speeds)
    assert world.threads.is_due
    assert world.threads.choose() == best
    assert world.threads.speed == speeds[best]
    assert not world.threads.is_due


def test_a_number_that_collapses_is_not_waited_for() -> None:
    world = World(BUSY)
    world.threads.choose()
    assert world.now <= 2.3 * BUSY[1].seconds()


def test_something_is_served_where_every_number_is_hopeless() -> None:
    world = World({1: Speed(1, 0.1), 2: Speed(1, 0.1)})
    assert world.threads.choose() == 1


def test_calls_as_fast_as_measured_change_nothing() -> None:
    world = World(ALONE)
    world.threads.choose()
    for _ in range(200):
        world.call(400, 200, slowness=1.2)
        world.call(40, 1, slowness=1.3)
    assert not world.threads.is_due


def test_a_collapse_is_seen_and_answered() -> None:
    world = World(ALONE)
    world.threads.choose()
    world.call(400, 200)
    world.speeds = BUSY
    world.call(400, 200)
    assert world.threads.is_due
    assert world.threads.choose() == 1


def test_a_collapse_is_seen_by_small_calls_too() -> None:
    world = World(ALONE)
    world.threads.choose()
    for _ in range(3):
        world.call(40, 1)
    for _ in range(2):
        assert not world.threads.is_due
        world.call(40, 1, slowness=2)
    assert world.threads.is_due


def test_a_call_that_is_given_up_is_a_collapse() -> None:
    world = World(ALONE)
    world.threads.choose()
    world.threads.give_up()
    assert world.threads.is_due
    fixed = World({2: BUSY[2]})
    fixed.threads.choose()
    fixed.threads.give_up()
    assert not fixed.threads.is_due


def test_one_call_that_is_a_bit_slow_is_no_collapse() -> None:
    world = World(ALONE)
    world.threads.choose()
    for slowness in (1, 2.5, 1, 2.5, 1):
        world.call(400, 200, slowness)
    assert not world.threads.is_due


def test_when_the_other_work_ends_more_threads_come_back() -> None:
    world = World(BUSY)
    world.threads.choose()
    world.speeds = ALONE
    numbers = []
    while world.now < 200:
        world.call(400, 200)
        if world.threads.is_due:
            numbers.append(world.threads.choose())
    assert numbers == [2]


def test_other_work_that_stays_is_asked_for_ever_more_rarely() -> None:
    world = World(BUSY)
    world.threads.choose()
    times = []
    while world.now < 2000:
        world.call(40, 20)
        if world.threads.is_due:
            times.append(world.now)
            assert world.threads.choose() == 1
    assert 3 <= len(times) <= 6
    pauses = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert pauses == sorted(pauses)


def test_a_fixed_number_is_measured_once_and_never_changed() -> None:
    world = World({2: BUSY[2]})
    assert world.threads.choose() == 2
    for slowness in (1, 9, 9, 9):
        world.call(40, 2, slowness)
    assert not world.threads.is_due
    assert world.measured == [2]


@pytest.mark.parametrize(
    ("n_cores", "counts"),
    [(1, (1,)), (2, (1, 2)), (4, (1, 2, 3, 4)), (16, (4, 8, 15, 16))],
)
def test_cores_of_the_process_are_tried(n_cores: int, counts: tuple[int, ...]) -> None:
    with patch("joblib.cpu_count", return_value=n_cores):
        assert thread_counts() == counts
    assert thread_counts(3) == (3,)
