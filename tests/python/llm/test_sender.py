"""The sender: one row of the ledger per attempt, retries only where they may help."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from python_udfs.llm.budget import Purse
from python_udfs.llm.failures import ErrorClass
from python_udfs.llm.judge import CallFailedError
from python_udfs.settings import Environment
from tests.python.faults import Fault
from tests.python.llm.conftest import Llm


def test_a_reply_carries_text_tokens_cost_and_raw_reply(llm: Llm) -> None:
    sender = llm.sender(llm_prices={"test-model": [1.0, 0.5, 4.0]})
    sender.send(llm.pack("mood", "setting"))
    exchange = sender.send(llm.pack("mood", "setting"))
    assert set(json.loads(exchange.reply.text)) == {"mood", "setting"}
    assert exchange.reply.finish_reason == "stop"
    usage, call = exchange.reply.usage, exchange.call
    assert usage is not None
    assert usage.prompt > usage.cached > 0
    fresh = usage.prompt - usage.cached
    assert call["cost_usd"] == pytest.approx(
        (fresh * 1.0 + usage.cached * 0.5 + usage.completion * 4.0) / 1e6
    )
    assert json.loads(call["raw_reply"])["choices"][0]["message"]["content"] == exchange.reply.text
    assert call["question_keys"] == ["a:mood", "a:setting"]
    assert (call["attempt"], call["role"], call["model"]) == (1, "text", "test-model")
    assert call["base_url"] == llm.endpoint.base_url
    assert call["latency_ms"] > 0
    # A good call is settled with its answers, by the runner; until then it was sent.
    assert llm.rows.calls == []
    assert [row["status"] for row in llm.rows.of("llm_calls")] == ["sent", "sent"]


def test_a_call_that_is_sent_has_the_columns_of_a_settled_one(llm: Llm) -> None:
    assert llm.runner().run([llm.pack("mood")]).n_answered == 1
    sent, settled = llm.rows.of("llm_calls")
    assert set(sent) == set(settled)


def test_asks_for_the_schema_with_a_fixed_seed_and_no_randomness(llm: Llm) -> None:
    llm.sender().send(llm.pack("mood"))
    body = llm.endpoint.seen[0].asked.body
    assert (body["temperature"], body["seed"]) == (0.0, 0)
    schema = body["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["required"] == ["mood"]
    assert schema["schema"]["properties"]["mood"]["maxItems"] == 3


@pytest.mark.parametrize(
    ("fault", "error_class", "status"),
    [
        (Fault.rate_limit(), ErrorClass.RATE_LIMIT, "error"),
        (Fault.server_error(), ErrorClass.SERVER_ERROR, "error"),
        (Fault.server_error(503), ErrorClass.SERVER_ERROR, "error"),
        (Fault.server_error(502), ErrorClass.GATEWAY_ERROR, "unknown"),
        (Fault.dropped(), ErrorClass.CONNECTION_LOST, "unknown"),
        (Fault.slow(0.6), ErrorClass.TIMEOUT, "unknown"),
    ],
)
def test_a_call_goes_again_after_what_may_pass(
    llm: Llm, fault: Fault, error_class: ErrorClass, status: str
) -> None:
    llm.endpoint.fail(fault, times=2)
    runner = llm.runner(request_timeout_s=0.3, llm_prices={"test-model": [1.0, 0.5, 4.0]})
    assert runner.run([llm.pack("mood")]).n_answered == 1
    calls = llm.rows.calls
    assert [call["error_class"] for call in calls] == [error_class, error_class, None]
    assert [call["attempt"] for call in calls] == [1, 2, 3]
    assert [call["status"] for call in calls] == [status, status, "ok"]
    assert len({call["call_id"] for call in calls}) == 3
    # What was refused costs nothing; what may have been paid keeps its reservation.
    expected = 0.0 if status == "error" else None
    assert [call["cost_usd"] for call in calls[:2]] == [expected, expected]
    assert all(call["reserved_usd"] > 0 for call in calls)


@pytest.mark.parametrize(
    ("fault", "error_class", "n_tries"),
    [
        (Fault.slow(1.2), ErrorClass.TIMEOUT, 2),
        (Fault.dropped(), ErrorClass.CONNECTION_LOST, 3),
    ],
)
def test_a_question_without_a_reply_is_left_open_after_its_tries(
    llm: Llm, fault: Fault, error_class: ErrorClass, n_tries: int
) -> None:
    """The tries come again at the end of the role; a late call counts twice."""
    llm.endpoint.fail(fault, lambda asked: "Lost" in asked.title)
    lost = llm.pack("mood", text="Title: Lost\nSummary: A boat is lost.")
    others = [llm.pack("mood", item=item) for item in "bc"]
    runner = llm.runner(max_attempts=3, request_timeout_s=0.6)
    outcome = runner.run([others[0], lost, others[1]])
    assert (outcome.n_answered, outcome.pending) == (2, {error_class: 1})
    found = [call["error_class"] for call in llm.rows.calls]
    assert found == [None, *[error_class] * n_tries, None, *[error_class] * n_tries]


def test_a_drip_does_not_pass_the_limit(llm: Llm) -> None:
    llm.endpoint.fail(Fault.dripping(30.0))
    began = time.monotonic()
    with pytest.raises(CallFailedError) as failed:
        llm.sender(request_timeout_s=0.4).send(llm.pack("mood"))
    assert failed.value.error_class is ErrorClass.TIMEOUT
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    "fault", [Fault.rate_limit("0.4"), Fault.rate_limit(said="Please try again in 400ms.")]
)
def test_waits_as_long_as_the_endpoint_asks(llm: Llm, fault: Fault) -> None:
    llm.endpoint.fail(fault, times=1)
    llm.runner().run([llm.pack("mood")])
    first, second = llm.endpoint.seen
    assert 0.4 <= second.started - first.ended < 2.0


@pytest.mark.parametrize(
    ("fault", "error_class"),
    [
        (Fault.quota(), ErrorClass.QUOTA),
        (Fault.context_too_long(), ErrorClass.CONTEXT_TOO_LONG),
        (Fault.bad_request("top_k is out of range"), ErrorClass.BAD_REQUEST),
    ],
)
def test_does_not_try_again_what_cannot_pass(
    llm: Llm, fault: Fault, error_class: ErrorClass
) -> None:
    llm.endpoint.fail(fault)
    with pytest.raises(CallFailedError) as failed:
        llm.sender().send(llm.pack("mood"))
    assert failed.value.error_class is error_class
    assert llm.endpoint.n_calls == 1


def test_learns_once_that_an_endpoint_has_no_schemas(llm: Llm) -> None:
    llm.endpoint.fail(Fault.no_schema(), lambda asked: "response_format" in asked.body)
    sender = llm.sender()
    for _ in range(3):
        assert set(json.loads(sender.send(llm.pack("mood")).reply.text)) == {"mood"}
    assert ["response_format" in seen.asked.body for seen in llm.endpoint.seen] == [
        True, False, False, False,
    ]  # fmt: skip
    assert [call["status"] for call in llm.rows.calls] == ["error"]
    assert llm.dialect.forms() == {"response_format:text": "none"}


def test_learns_also_for_the_call_that_was_on_its_way(llm: Llm) -> None:
    """Eight calls with a schema are sent at once; the first refusal must not lose the others."""
    llm.endpoint.delay_s = 0.2
    llm.endpoint.fail(Fault.no_schema(), lambda asked: "response_format" in asked.body)
    sender = llm.sender()
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: sender.send(llm.pack("mood")), range(8)))
    assert all("mood" in reply.reply.text for reply in replies)


@pytest.mark.parametrize(
    ("kind", "content"),
    [("text/html", b"<html>Bad gateway</html>"), ("application/json", b'{"choices": [')],
)
def test_a_page_in_place_of_a_reply_is_a_bad_reply(llm: Llm, kind: str, content: bytes) -> None:
    llm.endpoint.fail(Fault.page(kind, content))
    with pytest.raises(CallFailedError) as failed:
        llm.sender().send(llm.pack("mood"))
    assert failed.value.error_class is ErrorClass.BAD_REPLY
    (call,) = llm.rows.calls
    assert (call["status"], call["raw_reply"]) == ("unknown", content.decode())


@pytest.mark.parametrize("key", ["sk-live-0123456789abcdef", "plain0123456789key"])
def test_a_key_that_the_endpoint_quotes_is_not_kept(llm: Llm, key: str) -> None:
    llm.environment = Environment(api_key=SecretStr(key), base_url=llm.endpoint.base_url)
    with pytest.raises(CallFailedError) as failed:
        llm.sender().send(llm.pack("mood"))
    assert failed.value.error_class is ErrorClass.AUTHENTICATION
    assert llm.endpoint.n_refused == 1
    assert "Incorrect API key" in failed.value.message
    assert key not in failed.value.message
    assert key not in str(llm.rows.rows)
    assert key not in repr(llm.environment)


@pytest.mark.parametrize(("n_tokens", "is_believed"), [(10**9, False), (100_000, True)])
def test_tokens_that_a_call_cannot_have_used_count_as_its_reservation(
    llm: Llm, n_tokens: int, is_believed: bool
) -> None:
    llm.endpoint.fail(Fault("counts", usage={"prompt_tokens": n_tokens, "completion_tokens": 5}))
    llm.purses = [Purse("budget_run_usd", "usd", 1.0)]
    llm.runner(llm_prices={"test-model": [1.0, 0.5, 4.0]}).run([llm.pack("mood")])
    (call,) = llm.rows.calls
    assert call["status"] == "ok"
    if is_believed:
        assert llm.purses[0].spent == pytest.approx(call["cost_usd"])
        assert (call["prompt_tokens"], call["error_message"]) == (n_tokens, None)
    else:
        assert llm.purses[0].spent == pytest.approx(call["reserved_usd"])
        assert (call["prompt_tokens"], call["cost_usd"]) == (None, None)
        assert "1,000,000,005 tokens are not believed" in call["error_message"]


def test_a_good_reply_with_another_status_of_success_is_paid_and_used(llm: Llm) -> None:
    llm.endpoint.fail(Fault("created", 201))
    sent = llm.sender().send(llm.pack("mood"))
    assert sent.reply.text
    assert sent.call["completion_tokens"] > 0
