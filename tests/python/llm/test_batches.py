"""Batches over real HTTP: they give what single calls give, however they end, whatever is cut."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from python_udfs.errors import EndpointError
from python_udfs.generation import answer_generation
from python_udfs.llm import batch_run, batches
from python_udfs.llm.batch_lines import replies_of
from python_udfs.llm.run_state import forget_runs
from python_udfs.settings import Environment
from tests.python.batches import Fate
from tests.python.conftest import MakeSettings
from tests.python.endpoint import Endpoint
from tests.python.faults import Fault

PATHS = ("overall", "mood", "setting")
# A pack of two paths and one of one path for each item.
N_ITEMS, N_CALLS = 12, 24
ALL_IN_BATCHES = {"batch_roles": ["text"], "batch_min_calls": 1, "text_pack_size": 2}
PRICES = {"llm_prices": {"test-model": [100.0, 100.0, 400.0]}}

Asks = Callable[..., dict[str, tuple[str, bool, str | None]]]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_run, "_FIRST_POLL_S", 0.01)
    monkeypatch.setattr(batches, "_FIRST_PAUSE_S", 0.01)


@pytest.fixture
def asks(
    ledger: duckdb.DuckDBPyConnection, environment: Environment, make_settings: MakeSettings
) -> Asks:
    """Runs of the generators; each returns (status, is_in_batch, answer) by question."""
    runs = iter(range(100))

    def run(n_items: int = N_ITEMS, **changes: Any) -> dict[str, tuple[str, bool, str | None]]:
        forget_runs()
        questions = " union all ".join(
            f"select '{n:02}-{path}' as question_key, 'text:{path}' as path, '' as level, "
            f"'{n:02}' as item_id, 'text' as role, 0 as sample_index, "
            f"'Title: Film {n}\nSummary: A bear and {n} letters.' as item_text, "
            "item_text as opening, null as passages, 'text' as input_form, null as input_content"
            for n in range(n_items)
            for path in PATHS
        )
        rows = answer_generation(
            ledger,
            make_settings(**{**ALL_IN_BATCHES, **changes}),
            environment,
            f"run {next(runs)}",
            questions,
            [(f"text:{path}", path, f"Give {path} tags.", 3, None) for path in PATHS],
        )
        found = rows.select("question_key, status, is_in_batch, answer").order("question_key")
        return {row[0]: row[1:] for row in found.fetchall()}

    return run


@pytest.fixture
def single(asks: Asks, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection) -> Any:
    """The answers of single calls, which the ledger then forgets."""
    found = asks(batch_roles=[])
    assert {status for status, *_ in found.values()} == {"answered"}
    for table in ("llm_calls", "llm_answers", "llm_estimates"):
        ledger.execute(f"delete from ledger.{table}")
    endpoint.reset()
    return found


def calls_of(ledger: duckdb.DuckDBPyConnection) -> Counter[str]:
    """Calls in batches by status."""
    rows = ledger.execute(
        "select status, count(*) from ledger.llm_calls where batch_key is not null group by status"
    )
    return Counter(dict(rows.fetchall()))


def statuses(ledger: duckdb.DuckDBPyConnection) -> list[str]:
    """The batches in their order; all files of collected ones are gone."""
    rows = ledger.execute("select status from ledger.llm_batches order by created_at, batch_key")
    return [status for (status,) in rows.fetchall()]


def test_batches_give_what_single_calls_give_at_half_the_price(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.price_usd = (100.0, 100.0, 400.0)
    assert asks(**PRICES) == single
    # The first call of the role goes alone; the other packs are in one batch.
    assert (endpoint.n_calls, len(endpoint.batches.seen)) == (1, N_CALLS - 1)
    assert statuses(ledger) == ["completed"]
    assert calls_of(ledger) == {"ok": N_CALLS - 1}
    ((spent,),) = ledger.execute("select sum(cost_usd) from ledger.llm_calls").fetchall()
    assert spent == pytest.approx(endpoint.spent_usd)
    assert endpoint.batches.files == {}
    assert endpoint.batches.steps["list"] == 0, "a batch that was never sent is not sought"
    estimates = "select distinct cost_usd = batch_usd, minutes_high from ledger.llm_estimates"
    assert ledger.execute(estimates).fetchall() == [(True, 1440.0)]
    assert asks(**PRICES) == single
    assert (endpoint.n_calls, len(endpoint.batches.seen)) == (1, N_CALLS - 1)


def test_a_batch_has_at_most_so_many_calls_and_bytes(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.batches.most_lines = 10
    assert asks(batch_max_requests=10) == single
    sizes = "select n_requests from ledger.llm_batches order by created_at, batch_key"
    assert ledger.execute(sizes).fetchall() == [(10,), (10,), (3,)]


def test_a_file_stays_under_its_limit_of_bytes(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.batches.may_end.clear()
    asks(batch_max_bytes=5000, batch_wait_minutes=0)
    files = endpoint.batches.files.values()
    assert len(files) > 2
    assert max(map(len, files)) <= 5000 < max(map(len, files)) + 2500
    endpoint.batches.may_end.set()
    assert asks(batch_max_bytes=5000) == single


def test_few_calls_go_singly(asks: Asks, single: Any, endpoint: Endpoint) -> None:
    assert asks(batch_min_calls=N_CALLS + 1) == single
    assert (endpoint.n_calls, endpoint.batches.jobs) == (N_CALLS, [])


@pytest.mark.parametrize("least", [1, 20])
@pytest.mark.parametrize(
    "fate",
    [
        Fate("expired", done=0.4),
        Fate("expired", done=0.4, tells=False),
        Fate("cancelled", done=0.7),
        Fate("expired", done=0.0),
        Fate("failed", said="Enqueued token limit reached"),
        Fate(lost=0.3),
        Fate(doubled=0.5),
    ],
    ids=lambda fate: f"{fate.status}-{fate.done}-{fate.tells}-{fate.lost}-{fate.doubled}",
)
def test_however_a_batch_ends_what_it_lacks_is_topped_up(
    asks: Asks,
    single: Any,
    endpoint: Endpoint,
    ledger: duckdb.DuckDBPyConnection,
    fate: Fate,
    least: int,
) -> None:
    """By a next batch, or singly where few are left; the meter is never below the endpoint's."""
    endpoint.price_usd = (100.0, 100.0, 400.0)
    endpoint.batches.fate = lambda number: fate if number == 1 else Fate()
    assert asks(**PRICES, batch_min_calls=least) == single
    asked = Counter(
        (seen.item_text, *sorted(seen.categories))
        for seen in [*endpoint.batches.seen, *(seen.asked for seen in endpoint.seen)]
    )
    again = endpoint.batches.n_spoiled
    assert asked.total() == N_CALLS + again
    if least == 1 and fate.doubled == 0:
        assert statuses(ledger)[-1] == "completed"
        assert len(endpoint.batches.jobs) == 2
    assert "sent" not in calls_of(ledger)
    spent = "select sum(coalesce(cost_usd, reserved_usd)) from ledger.llm_calls"
    ((counted,),) = ledger.execute(spent).fetchall()
    assert counted == pytest.approx(endpoint.spent_usd) or (again and counted > endpoint.spent_usd)


LINE_FAULTS = [
    Fault.server_error(),
    Fault.rate_limit(),
    Fault.says("I think it is dark."),
    Fault.changed(lambda value: dict(list(value.items())[1:])),
    Fault.truncated(12),
    Fault.context_too_long(),  # of the pack; a question that is too long alone is given up
]


@pytest.mark.parametrize("fault", LINE_FAULTS, ids=lambda fault: fault.name)
def test_what_a_line_lacks_is_asked_again_as_after_a_single_call(
    asks: Asks, single: Any, endpoint: Endpoint, fault: Fault
) -> None:
    endpoint.batches.fail(fault, lambda asked: "3 letters" in asked.item_text, times=1)
    endpoint.batches.seed = 2  # the pack of two comes first
    assert asks() == single


def test_a_refused_line_is_quarantined_as_a_refused_call_is(
    asks: Asks, single: Any, endpoint: Endpoint
) -> None:
    endpoint.batches.fail(Fault.refusal(), lambda asked: " 3 letters" in asked.item_text)
    found = asks()
    assert {key for key, row in found.items() if row[0] == "quarantined"} == {
        f"03-{path}" for path in PATHS
    }
    assert {key: row for key, row in found.items() if row[0] == "answered"} == {
        key: row for key, row in single.items() if not key.startswith("03")
    }


def test_without_waiting_questions_are_pending_and_a_later_run_collects_them(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.batches.may_end.clear()
    for _ in range(2):
        found = asks(batch_wait_minutes=0)
        assert Counter(row[:2] for row in found.values()) == {
            ("answered", False): 2, ("pending", True): len(single) - 2,
        }  # fmt: skip
    assert len(endpoint.batches.jobs) == 1
    ((estimated,),) = ledger.execute(
        "select count(*) from ledger.llm_estimates where invocation_id <> 'run 1'"
    ).fetchall()
    assert estimated == 0, "what is in a batch is not to be asked"
    endpoint.batches.may_end.set()
    assert asks(batch_wait_minutes=0) == single
    assert (endpoint.n_calls, len(endpoint.batches.seen)) == (1, N_CALLS - 1)


def test_a_run_leaves_its_batches_when_the_time_is_over(
    asks: Asks, single: Any, endpoint: Endpoint
) -> None:
    endpoint.batches.may_end.clear()
    found = asks(batch_wait_minutes=0.01)
    assert ("pending", True) in {row[:2] for row in found.values()}
    endpoint.batches.may_end.set()
    # The role may leave the setting: what is in flight is still collected and not asked twice.
    assert asks(batch_roles=[]) == single
    assert (endpoint.n_calls, len(endpoint.batches.seen)) == (1, N_CALLS - 1)


def test_a_call_in_a_batch_stays_whole_when_packs_change(
    asks: Asks, single: Any, endpoint: Endpoint
) -> None:
    endpoint.batches.may_end.clear()
    asks(batch_wait_minutes=0)
    endpoint.batches.may_end.set()
    assert asks(text_pack_size=1) == single
    assert (endpoint.n_calls, len(endpoint.batches.seen)) == (1, N_CALLS - 1)


def test_questions_that_nobody_asks_any_more_are_paid_and_settled(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.batches.may_end.clear()
    asks(batch_wait_minutes=0)
    endpoint.batches.may_end.set()
    few = asks(n_items=4)
    assert few == {key: row for key, row in single.items() if key < "04"}
    assert calls_of(ledger) == {"ok": N_CALLS - 1}


@pytest.mark.parametrize("ends", [True, False])
def test_a_batch_is_collected_though_nothing_of_its_role_is_pending(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection, ends: bool
) -> None:
    """Its money is settled; nobody waits a day for replies that nobody reads."""
    endpoint.price_usd = (100.0, 100.0, 400.0)
    endpoint.batches.may_end.clear()
    asks(**PRICES, batch_wait_minutes=0)
    ledger.execute(
        "insert into ledger.llm_answers (question_key, call_id, role, status, answer) "
        "select unnest(question_keys), 'elsewhere', role, 'answered', '[]' from ledger.llm_calls "
        "where batch_key is not null"
    )
    if ends:
        endpoint.batches.may_end.set()
    assert {row[0] for row in asks(**PRICES).values()} == {"answered"}
    assert calls_of(ledger) == {"ok" if ends else "sent": N_CALLS - 1}
    if ends:
        ((spent,),) = ledger.execute("select sum(cost_usd) from ledger.llm_calls").fetchall()
        assert spent == pytest.approx(endpoint.spent_usd)
        assert endpoint.batches.files == {}
        answers = "select count(*) from ledger.llm_answers where call_id = 'elsewhere'"
        assert ledger.execute(answers).fetchall() == [(len(single) - 2,)]


def test_an_endpoint_without_batches_says_so(
    asks: Asks, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.batches.is_offered = False
    with pytest.raises(EndpointError, match=r"role text.*404.*Leave the role out.*batch_roles"):
        asks()
    assert statuses(ledger) == ["refused"]
    assert calls_of(ledger) == {"error": N_CALLS - 1}


def test_a_wrong_key_costs_one_call_and_no_batch(
    asks: Asks, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "key", "another")
    with pytest.raises(EndpointError, match="OPENAI_API_KEY"):
        asks()
    assert (endpoint.n_refused, endpoint.batches.files) == (1, {})


def test_batches_that_bring_nothing_stop_the_run(
    asks: Asks, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    said = f"Enqueued token limit reached, key {endpoint.key}"
    endpoint.batches.fate = lambda number: Fate("failed", said=said)
    with pytest.raises(EndpointError, match=r"Enqueued token limit reached.*batch_roles") as raised:
        asks()
    assert statuses(ledger) == ["failed", "failed"]
    assert endpoint.key not in str(raised.value)
    told = ledger.execute(
        "select said from ledger.llm_batches union all select error_message from ledger.llm_calls"
    ).fetchall()
    assert not any(endpoint.key in (words or "") for (words,) in told)


def test_lines_that_all_fail_alike_stop_the_run_and_the_next_begins_anew(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.batches.fail(Fault.bad_request("batches of this model are not allowed"))
    with pytest.raises(EndpointError, match="not allowed"):
        asks()
    assert calls_of(ledger) == {"error": N_CALLS - 1}
    endpoint.batches.rules.clear()
    assert asks() == single


def test_a_budget_holds_and_is_used_in_several_batches(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    """Reserved before it is sent at its worst, settled when collected, then used again."""
    endpoint.price_usd = (100.0, 100.0, 400.0)
    found = asks(**PRICES, budget_run_usd=0.2)
    spent = endpoint.spent_usd
    assert {row[0] for row in found.values()} == {"answered", "not_attempted"}
    assert 0.5 * 0.2 < spent <= 0.2
    assert len(endpoint.batches.jobs) > 1
    assert asks(**PRICES) == single
    assert endpoint.spent_usd > spent


def test_a_batch_of_another_run_counts_against_its_day_until_it_is_collected(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.batches.may_end.clear()
    asks(**PRICES, batch_wait_minutes=0, budget_day_usd=100)
    endpoint.batches.may_end.set()
    reserved = "select sum(coalesce(cost_usd, reserved_usd)) from ledger.llm_calls"
    ((limit,),) = ledger.execute(reserved).fetchall()
    # Another item has room only with what the collected calls give back.
    found = asks(N_ITEMS + 1, **PRICES, budget_day_usd=limit)
    assert {row[0] for row in found.values()} == {"answered"}
    runs = "select count(*) from ledger.llm_calls where invocation_id = 'run 1'"
    assert ledger.execute(runs).fetchall() == [(N_CALLS,)], "a call is of the run that sent it"


@pytest.mark.parametrize("known", ["nothing", "file"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_batch_without_an_id_is_found_by_its_key_or_was_never_made(
    asks: Asks,
    single: Any,
    endpoint: Endpoint,
    ledger: duckdb.DuckDBPyConnection,
    known: str,
    is_there: bool,
) -> None:
    """As a kill leaves it before or after the batch was made, with its id not yet written."""
    endpoint.batches.may_end.clear()
    asks(batch_wait_minutes=0)
    change = "batch_id = null, status = 'uploaded'"
    if known == "nothing":
        change = "batch_id = null, input_file_id = null, status = 'prepared'"
    ledger.execute(f"update ledger.llm_batches set {change}")
    if not is_there:
        endpoint.batches.jobs.clear()
    endpoint.batches.may_end.set()
    assert asks() == single
    assert len(endpoint.batches.seen) + endpoint.n_calls == N_CALLS
    first = calls_of(ledger)
    assert first["ok"] + first["error"] == sum(first.values())
    assert (first["error"] == 0) == is_there
    assert endpoint.batches.files == {}, "a file is left at the endpoint"


def test_a_batch_that_the_endpoint_has_lost_may_have_been_paid(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.batches.may_end.clear()
    asks(batch_wait_minutes=0)
    endpoint.batches.jobs.clear()
    endpoint.batches.may_end.set()
    assert asks() == single
    assert calls_of(ledger)["unknown"] == N_CALLS - 1


def leave_to_end(asks: Asks, endpoint: Endpoint) -> None:
    """Send batches by a run that does not wait; they end after it, and nobody has read them."""
    endpoint.batches.may_end.clear()
    asks(batch_wait_minutes=0)
    endpoint.batches.may_end.set()
    endpoint.batches.end_all()


def test_replies_that_the_endpoint_keeps_no_longer_are_asked_again(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    leave_to_end(asks, endpoint)
    endpoint.batches.files.clear()
    assert Counter(row[0] for row in asks().values()) == {"answered": 2, "pending": len(single) - 2}
    ledger.execute("update ledger.llm_batches set created_at = created_at - interval 49 hours")
    assert asks() == single
    assert calls_of(ledger) == {"unknown": N_CALLS - 1, "ok": N_CALLS - 2}


@pytest.mark.parametrize(
    ("output", "words"), [("a page", "sign in"), ("not named", "no output file")]
)
@pytest.mark.parametrize("counts", [True, False])
def test_replies_that_cannot_be_read_are_not_paid_again(
    asks: Asks,
    single: Any,
    endpoint: Endpoint,
    ledger: duckdb.DuckDBPyConnection,
    caplog: pytest.LogCaptureFixture,
    output: str,
    words: str,
    counts: bool,
) -> None:
    """The batch stays open, until a later build can read them."""
    endpoint.batches.counts = counts
    leave_to_end(asks, endpoint)
    files, (job,) = dict(endpoint.batches.files), endpoint.batches.jobs
    name = job.output_file_id
    assert name is not None
    if output == "a page":
        endpoint.batches.files[name] = b"<html>sign in</html>"
    else:
        job.output_file_id = None
    found = asks()
    assert Counter(row[:2] for row in found.values()) == {
        ("answered", False): 2, ("pending", True): len(single) - 2,
    }  # fmt: skip
    assert calls_of(ledger) == {"sent": N_CALLS - 1}
    assert words in caplog.text
    endpoint.batches.files, job.output_file_id = files, name
    assert asks() == single
    assert (endpoint.n_calls, len(endpoint.batches.seen)) == (1, N_CALLS - 1)


def test_replies_that_cannot_be_read_for_two_days_are_asked_again(
    asks: Asks, single: Any, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    leave_to_end(asks, endpoint)
    endpoint.batches.jobs[0].output_file_id = None
    aged = "update ledger.llm_batches set created_at = created_at - interval {} hours"
    ledger.execute(aged.format(47))
    asks()
    assert calls_of(ledger) == {"sent": N_CALLS - 1}
    ledger.execute(aged.format(2))
    assert asks() == single
    assert calls_of(ledger) == {"unknown": N_CALLS - 1, "ok": N_CALLS - 2}


def test_an_endpoint_that_counts_no_calls_is_said_to(
    asks: Asks,
    single: Any,
    endpoint: Endpoint,
    ledger: duckdb.DuckDBPyConnection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    endpoint.batches.counts, endpoint.batches.delay_s = False, 0.3
    assert asks() == single
    assert caplog.text.count("does not say how far") == 1
    counted = "select n_completed, n_failed from ledger.llm_batches"
    assert ledger.execute(counted).fetchall() == [(None, None)]


def test_replies_of_a_batch_can_be_stored_whatever_they_hold() -> None:
    bodies: list[Any] = ["a \ud83d", {"a": "\ud83d"}]
    lines = [
        *({"custom_id": str(n), "response": {"body": body}} for n, body in enumerate(bodies)),
        {"custom_id": "2", "error": {"message": "\ud83d"}},
        {"custom_id": "3", "error": {"code": "batch_expired", "message": "\ud83d"}},
    ]
    found = replies_of([json.dumps(line).encode() for line in lines])
    assert sorted(found) == ["0", "1", "2", "3"]
    for wire in found.values():
        (wire.text + wire.said).encode()


@pytest.mark.parametrize("step", ["upload", "create", "retrieve", "content"])
def test_an_endpoint_that_is_away_is_waited_for(
    asks: Asks, single: Any, endpoint: Endpoint, step: str
) -> None:
    """A request whose reply is lost is made again; only a batch is not."""
    endpoint.batches.lose = Counter({step: 3})
    assert asks() == single
    assert endpoint.batches.lose[step] <= (2 if step == "create" else 0)
    assert len(endpoint.batches.jobs) == 1


def test_an_endpoint_that_stays_away_ends_the_run_and_the_next_goes_on(
    asks: Asks, single: Any, endpoint: Endpoint
) -> None:
    endpoint.batches.lose = Counter(retrieve=10**6)
    with pytest.raises(EndpointError, match=r"batches: .*503"):
        asks(max_outage_s=0.05)
    endpoint.batches.lose.clear()
    assert asks() == single
    assert (endpoint.n_calls, len(endpoint.batches.seen)) == (1, N_CALLS - 1)
