"""The endpoint waits, not the question: window, rate, pauses, probes, over real HTTP."""

from __future__ import annotations

import datetime as dt
import email.utils
import heapq
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from pydantic import SecretStr

from python_udfs.errors import EndpointError, InterruptedRunError
from python_udfs.llm.endpoint_state import EndpointState, Limits, OutageError, Ticket
from python_udfs.llm.failures import ErrorClass
from python_udfs.llm.pauses import Room, pause_s, rooms
from python_udfs.llm.stopping import Stop
from python_udfs.settings import Environment
from tests.python.endpoint import Endpoint, RateLimit
from tests.python.faults import Fault
from tests.python.llm.conftest import Llm

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("headers", "words", "seconds"),
    [
        ({"retry-after": "7"}, "", 7.0),
        ({"retry-after": "0.25"}, "", 0.25),
        ({"retry-after": "9000"}, "", 3600.0),
        ({"retry-after-ms": "1500"}, "", 1.5),
        ({"retry-after": email.utils.format_datetime(NOON + dt.timedelta(seconds=40))}, "", 40.0),
        ({"retry-after": "Wed, 21 Oct 2020 07:28:00 GMT"}, "", 0.0),
        ({}, "Please try again in 1.2s.", 1.2),
        ({}, "Retry after 6m0s", 360.0),
        ({}, '"retryDelay": "32s"', 32.0),
        ({}, "try again in 20ms", 0.02),
        ({"retry-after": "-5"}, "", None),
        ({"retry-after": "nan"}, "", None),
        ({}, "no words about time, but 12 items", None),
    ],
)
def test_the_pause_that_an_endpoint_asks_for_is_read(
    headers: dict[str, str], words: str, seconds: float | None
) -> None:
    assert pause_s(headers, words, NOON) == (seconds if seconds is None else pytest.approx(seconds))


def test_what_is_left_of_a_limit_is_read_from_headers() -> None:
    headers = {
        "x-ratelimit-limit-requests": "60", "x-ratelimit-limit-tokens": "1000",
        "x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "1m2s",
        "x-ratelimit-remaining-tokens": "900", "x-ratelimit-reset-tokens": "20ms",
    }  # fmt: skip
    assert rooms(headers) == {"requests": Room(60, 3, 62), "tokens": Room(1000, 900, 0.02)}
    day = {**headers, "x-ratelimit-reset-requests": "23h0m0s"}
    assert "requests" not in rooms(day)
    assert rooms({"x-ratelimit-remaining-requests": "many"}) == {}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_window_doubles_then_halves_then_grows_by_one() -> None:
    clock = Clock()
    state = EndpointState(Limits(64), clock)
    assert state.window == 8
    for _ in range(9):  # the first goes alone
        state.release(state.admit(1, Stop()), is_healthy=True)
        clock.now += 0.01
    assert state.window == 16
    clock.now += 1
    late = [state.admit(1, Stop()) for _ in range(4)]
    for ticket in late:  # four refusals of one moment are one
        state.release(ticket, is_healthy=False)
        clock.now += 0.01
    assert state._window.size == 8
    state._not_before = 0
    for _ in range(8):
        state.release(state.admit(1, Stop()), is_healthy=True)
    assert state.window == 8
    state.release(state.admit(1, Stop()), is_healthy=True)
    assert 8 < state._window.size < 10


@pytest.mark.parametrize("slots", [4, 16])
def test_an_endpoint_that_makes_calls_wait_does_not_get_more_of_them(
    llm: Llm, endpoint: Endpoint, slots: int
) -> None:
    """64 threads, and slots that are all in use; without a knee some 60 calls are in flight."""
    endpoint.delay_s, endpoint.slots = slots / 80, threading.Semaphore(slots)
    outcome = llm.runner(64).run(llm.pack("mood", item=f"{n}") for n in range(700))
    assert outcome.n_answered == 700
    seen = endpoint.seen
    in_flight = sum(s.ended - s.started for s in seen) / (seen[-1].ended - seen[0].started)
    assert 0.8 * slots < in_flight < 24 + slots


@pytest.mark.parametrize("is_limit", [True, False])
def test_refusals_of_one_moment_are_one_failure(is_limit: bool) -> None:
    """Many calls that meet a limit together are no outage: the pause is that of one refusal."""
    clock = Clock()
    state = EndpointState(Limits(64, first_pause_s=0.5), clock)
    tickets = [state.admit(1, Stop()) for _ in range(8)]
    clock.now += 0.3
    for ticket in tickets:
        state.release(ticket, is_healthy=False, is_limit=is_limit)
    assert state.window == 4
    assert (state._not_before > clock.now) == is_limit
    assert state._not_before - clock.now < 1


def simulated(
    n_calls: int, latency_s: float, too_soon_s: Callable[[float], float], *, tells: bool
) -> tuple[float, int]:
    """Seconds and refusals of calls that may go at once, refused if they come too soon."""
    clock = Clock()
    state = EndpointState(Limits(64), clock)
    began, n_left, n_refused = clock.now, n_calls, 0
    replies: list[tuple[float, int, Ticket, float]] = []
    while n_left or replies:
        wait_s = state._wait_s(1) if n_left else float("inf")
        if wait_s <= 0:
            ticket, n_left = state.admit(1, Stop()), n_left - 1
            left_s = too_soon_s(clock.now)
            ends = clock.now + (0.002 if left_s > 0 else latency_s)
            heapq.heappush(replies, (ends, n_left, ticket, left_s))
        elif replies and replies[0][0] <= clock.now + wait_s:
            clock.now, _, ticket, left_s = heapq.heappop(replies)
            if left_s <= 0:
                state.release(ticket, is_healthy=True)
            else:
                n_left, n_refused = n_left + 1, n_refused + 1
                pause_s = left_s if tells else None
                state.release(ticket, is_healthy=False, is_limit=True, pause_s=pause_s)
        else:
            clock.now += wait_s + 1e-6
    return clock.now - began, n_refused


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("latency_s", [0.05, 0.3, 2.0, 5.0])
def test_600_calls_a_minute_are_found_from_few_refusals(tells: bool, latency_s: float) -> None:
    """In simulated time; ten calls may come at once. Five seconds keep 50 calls in flight."""
    n_calls, gap_s, next_at = 3000, 0.1, 0.0

    def too_soon_s(now: float) -> float:
        nonlocal next_at
        left_s = next_at - now - 9 * gap_s
        if left_s <= 0:
            next_at = max(next_at, now) + gap_s
        return left_s

    took_s, n_refused = simulated(n_calls, latency_s, too_soon_s, tells=tells)
    assert n_refused < 0.02 * n_calls
    # The first call goes alone.
    assert took_s < 1.1 * n_calls * gap_s + 2 * latency_s


@pytest.mark.parametrize(("share", "most_s"), [(0.005, 200.0), (0.02, 2500.0), (0.05, 2500.0)])
def test_refusals_that_no_rate_makes_rarer_do_not_slow_calls_ever_more(
    share: float, most_s: float
) -> None:
    """20,000 calls of 0.3 s to an endpoint that is full now and then."""
    random_ = random.Random(1)  # noqa: S311 (a simulation)

    def too_soon_s(now: float) -> float:
        return 0.01 * (random_.random() < share)

    took_s, _ = simulated(20_000, 0.3, too_soon_s, tells=True)
    assert took_s < most_s


def test_an_endpoint_that_is_away_is_probed_by_one_call_ever_more_rarely() -> None:
    clock = Clock()
    state = EndpointState(Limits(8, max_outage_s=100), clock)
    pauses = []
    with pytest.raises(OutageError):
        while True:
            state._not_before, pause = 0.0, state._not_before - clock.now
            pauses.append(pause)
            clock.now += max(pause, 0)
            ticket = state.admit(1, Stop())
            state.release(ticket, is_healthy=False)
    assert state.window == 0
    probes = [pause for pause in pauses if pause > 0]
    assert len(probes) < 12
    assert all(later > 1.2 * earlier for earlier, later in pairwise(probes[:6]))


def test_the_time_between_two_roles_is_no_outage() -> None:
    """The last call of a role has failed; the vectors before the next role take longer."""
    clock = Clock()
    state = EndpointState(Limits(8, max_outage_s=100), clock)
    state.release(state.admit(1, Stop()), is_healthy=True)
    state.release(state.admit(1, Stop()), is_healthy=False)
    clock.now += 1000
    with pytest.raises(OutageError):
        state.admit(1, Stop())
    state.begin()
    state.release(state.admit(1, Stop()), is_healthy=True)


@pytest.mark.parametrize(("asked_s", "most"), [(0.0, 12), (20.0, 7)])
def test_a_short_pause_that_is_asked_for_again_and_again_is_not_believed(
    asked_s: float, most: int
) -> None:
    clock = Clock()
    state = EndpointState(Limits(8, max_outage_s=100), clock)
    n_probes = 0
    with pytest.raises(OutageError):
        while True:
            clock.now = max(clock.now, state._not_before)
            ticket = state.admit(1, Stop())
            state.release(ticket, is_healthy=False, pause_s=asked_s)
            n_probes += 1
    assert 3 <= n_probes < most


def test_one_reply_that_asks_for_a_long_pause_does_not_hold_all_calls() -> None:
    clock = Clock()
    state = EndpointState(Limits(8, max_outage_s=900), clock)
    for asked_s in (3600.0, 600.0):
        limited, good = state.admit(1, Stop()), state.admit(1, Stop())
        state.release(limited, is_healthy=False, is_limit=True, pause_s=asked_s)
        assert state._not_before - clock.now <= (1 if asked_s > 900 else asked_s)
        clock.now += 0.1
        state.release(good, is_healthy=True)
        assert state._not_before - clock.now <= 60
        clock.now += 61
    for _ in range(2):
        state.release(state.admit(1, Stop()), is_healthy=False, is_limit=True, pause_s=3600.0)
        clock.now += 1
    with pytest.raises(OutageError):
        state.admit(1, Stop())


def test_the_first_call_goes_alone_so_a_wrong_key_costs_one(llm: Llm) -> None:
    llm.environment = Environment(
        api_key=SecretStr("sk-wrong-000000"), base_url=llm.endpoint.base_url
    )
    with pytest.raises(EndpointError, match=r"authentication.*OPENAI_API_KEY"):
        llm.runner(8).run([llm.pack("mood", item=item) for item in "abcdefghij"])
    assert llm.endpoint.n_refused == 1


def test_refusals_of_the_endpoint_cost_no_question(llm: Llm, endpoint: Endpoint) -> None:
    """Far more refusals than max_attempts: every question is answered all the same."""
    llm.first_pause_s = 0.05
    endpoint.fail(Fault.server_error(), lambda asked: asked.number % 3 == 0)
    endpoint.fail(Fault.rate_limit("0.001"), lambda asked: asked.number % 5 == 0)
    outcome = llm.runner(8, max_attempts=1).run(llm.pack("mood", item=f"{n}") for n in range(60))
    assert outcome.n_answered == 60
    assert len(llm.rows.calls) > 90


def test_a_run_outlives_an_outage_and_loses_nothing(llm: Llm, endpoint: Endpoint) -> None:
    llm.first_pause_s = 0.05
    came_back: list[float] = []

    def come_back() -> None:
        endpoint.is_away = False
        came_back.append(time.monotonic())

    def go_away(count: int) -> None:
        if count == 20:
            endpoint.is_away = True
            threading.Timer(2.0, come_back).start()

    endpoint.on_reply = go_away
    endpoint.delay_s = 0.01
    outcome = llm.runner(8).run(llm.pack("mood", item=f"{n}") for n in range(100))
    assert outcome.n_answered == 100
    assert not outcome.pending
    refused = [seen for seen in endpoint.seen if seen.status == 503]
    assert 2 <= len(refused) <= 8 + 12  # those in flight, then probes
    first_good = min(s.ended for s in endpoint.seen if s.status == 200 and s.ended > came_back[0])
    assert first_good - came_back[0] < 30  # far below max_outage_s, after which the run would end


@pytest.mark.parametrize("tells", [True, False])
def test_a_rate_limit_is_found_and_kept(llm: Llm, endpoint: Endpoint, tells: bool) -> None:
    """Few of 90 calls are refused, whether or not the replies tell the limit."""
    llm.first_pause_s = 0.05
    endpoint.limit = RateLimit(1800, burst=3, tells=tells)
    outcome = llm.runner(8).run(llm.pack("mood", item=f"{n}") for n in range(90))
    assert outcome.n_answered == 90
    refused = Counter(seen.status for seen in endpoint.seen)[429]
    assert refused <= (3 if tells else 18)


def test_the_limit_of_the_settings_is_kept_from_the_first_call(
    llm: Llm, endpoint: Endpoint
) -> None:
    endpoint.limit = RateLimit(1800, burst=2)
    outcome = llm.runner(8, requests_per_minute=1700).run(
        llm.pack("mood", item=f"{n}") for n in range(60)
    )
    assert outcome.n_answered == 60
    assert Counter(seen.status for seen in endpoint.seen)[429] <= 1


def test_tokens_a_minute_are_kept(llm: Llm, endpoint: Endpoint) -> None:
    packs = [llm.pack("mood", item=f"{n}") for n in range(8)]
    began = time.monotonic()
    llm.runner(8, tokens_per_minute=60_000).run(packs)
    used = sum(row["prompt_tokens"] + row["completion_tokens"] for row in llm.rows.calls)
    # What the first calls are reserved at must come back before the last ones go.
    assert used < 60_000
    assert time.monotonic() - began < 30


def test_equal_refusals_stop_the_run_and_quarantine_nothing(llm: Llm) -> None:
    llm.endpoint.fail(Fault.bad_request("enable_thinking must be false for item 7"))
    with pytest.raises(EndpointError, match=r"enable_thinking must be false.*request_parameters"):
        llm.runner(8).run(llm.pack("mood", item=f"{n}") for n in range(300))
    assert llm.endpoint.n_calls <= 5
    assert llm.rows.answers == {}


FILTERED = {"error": {"message": "content management policy", "code": "content_filter"}}
ALIKE = {
    "too long": Fault.context_too_long(),
    "a proxy's page": Fault.refused(413, "<html>413 Request Entity Too Large</html>"),
    "a filter": Fault.refused(400, FILTERED),
}


@pytest.mark.parametrize("name", ALIKE)
def test_refusals_of_every_call_are_not_about_the_items(llm: Llm, name: str) -> None:
    llm.endpoint.fail(ALIKE[name])
    with pytest.raises(EndpointError, match=r"413|maximum context|content management"):
        llm.runner(8).run(llm.pack("mood", "setting", item=f"{n}") for n in range(60))
    assert llm.endpoint.n_calls <= 10  # five packs, and their questions
    assert llm.rows.answers == {}


@pytest.mark.parametrize("name", ALIKE)
def test_the_same_refusals_are_about_the_items_once_a_call_has_passed(llm: Llm, name: str) -> None:
    llm.endpoint.fail(ALIKE[name], lambda asked: "Broken" in asked.item_text)
    broken = "Title: Broken\nSummary: A boat."
    packs = [llm.pack("mood", item=f"{n}", text=broken) for n in range(20)]
    outcome = llm.runner().run([*packs[:4], llm.pack("mood"), *packs[4:]])
    assert (outcome.n_answered, outcome.quarantined.total()) == (1, 20)
    assert llm.endpoint.n_calls == 21


def test_what_was_quarantined_before_may_be_refused_again(llm: Llm) -> None:
    llm.endpoint.fail(ALIKE["a filter"])
    runner = llm.runner()
    runner.asks_again = True
    outcome = runner.run(llm.pack("mood", item=f"{n}") for n in range(9))
    assert outcome.quarantined == {ErrorClass.REFUSAL: 9}


def test_useless_replies_stop_the_run_before_they_cost_much(llm: Llm) -> None:
    llm.endpoint.fail(Fault.says("I am happy to help!"))
    with pytest.raises(EndpointError, match=r"invalid_json.*another"):
        llm.runner(8).run(llm.pack("mood", "setting", item=f"{n}") for n in range(300))
    assert llm.endpoint.n_calls <= 10  # five packs and their repairs
    assert llm.rows.answers == {}


@pytest.mark.parametrize(
    "fault",
    [
        Fault.refused(403, {"error": {"message": "flagged by moderation: violence"}}),
        Fault.refused(400, {"error": {"message": "Content Exists Risk"}}),
        Fault.refused(403, {"error": {"message": "Access denied by policy"}}),
    ],
)
def test_what_is_about_one_item_touches_that_item_only(llm: Llm, fault: Fault) -> None:
    llm.endpoint.fail(fault, lambda asked: "Broken" in asked.item_text)
    broken = llm.pack("mood", item="x", text="Title: Broken\nSummary: A broken boat.")
    packs = [*(llm.pack("mood", item=item) for item in "ab"), broken, llm.pack("mood", item="c")]
    outcome = llm.runner().run(packs)
    assert outcome.n_answered == 3
    assert llm.rows.answers["a:mood"]["status"] == "answered"
    assert llm.rows.answers["x:mood"]["status"] == "quarantined"
    assert llm.rows.answers["x:mood"]["error_class"] in (ErrorClass.REFUSAL, ErrorClass.BLOCKED)
    assert llm.endpoint.n_calls == 4


def test_a_model_without_eyes_is_noted_and_the_posters_stay_open(llm: Llm) -> None:
    llm.endpoint.fail(Fault.refused(404, {"error": {"message": "No endpoint takes images"}}))
    with pytest.raises(EndpointError, match=r"no_images.*build again"):
        llm.runner().run(llm.pack("mood", item=f"{n}") for n in range(9))
    assert llm.dialect.forms() == {"images": "description"}
    assert llm.rows.answers == {}


@pytest.mark.parametrize("hangs", [True, False])
def test_a_stop_ends_dispatch_at_once_and_keeps_what_is_unknown(
    llm: Llm, endpoint: Endpoint, hangs: bool
) -> None:
    endpoint.delay_s = 0.2

    def stop(count: int) -> None:
        if count == 5:
            if hangs:
                endpoint.may_reply.clear()
            llm.stop.set()

    endpoint.on_reply = stop
    began = time.monotonic()
    with pytest.raises(InterruptedRunError, match="no further call was sent"):
        llm.runner(4).run(llm.pack("mood", item=f"{n}") for n in range(200))
    assert time.monotonic() - began < 10
    sent = {row["call_id"] for row in llm.rows.of("llm_calls")}
    settled = {row["call_id"] for row in llm.rows.calls}
    assert len(sent) <= 5 + 4
    assert len(sent - settled) <= (4 if hangs else 0)
    endpoint.may_reply.set()


@pytest.mark.parametrize(
    "key",
    ["0123456789", "ABCDEFGHIJ", "secretword", "a-list-of-words", "sk-planted-key"],
)
def test_a_key_that_a_good_reply_echoes_is_not_kept(
    llm: Llm, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llm.endpoint, "key", key)
    llm.environment = Environment(api_key=SecretStr(key), base_url=llm.endpoint.base_url)
    llm.endpoint.fail(Fault("echoes", text=lambda text: text.replace('["', f'["{key} ', 1)))
    llm.runner().run([llm.pack("mood")])
    assert json.loads(llm.rows.calls[0]["raw_reply"])["choices"]
    ((answer,),) = [[row["answer"] for row in llm.rows.of("llm_answers")]]
    assert json.loads(answer)[0]["name"].startswith("[cut] ")
    assert key not in str(llm.rows.rows)


def test_what_local_servers_are_told_for_a_key_stays_in_answers(
    llm: Llm, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "anything"
    monkeypatch.setattr(llm.endpoint, "key", key)
    llm.environment = Environment(api_key=SecretStr(key), base_url=llm.endpoint.base_url)
    llm.endpoint.fail(Fault("says", text=lambda text: text.replace('["', f'["{key} goes ', 1)))
    llm.runner().run([llm.pack("mood")])
    ((answer,),) = [[row["answer"] for row in llm.rows.of("llm_answers")]]
    assert json.loads(answer)[0]["name"].startswith("anything goes ")
