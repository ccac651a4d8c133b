"""The sender: one row of the ledger per attempt, retries only where they may help."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from python_udfs.llm.failures import ErrorClass
from python_udfs.llm.sender import CallFailedError
from python_udfs.settings import Environment
from tests.python.faults import Fault
from tests.python.llm.conftest import Llm


def test_a_reply_carries_text_tokens_cost_and_raw_reply(llm: Llm) -> None:
    sender = llm.sender(llm_prices={"test-model": [1.0, 0.5, 4.0]})
    sender.send(llm.pack("mood", "setting"))
    exchange = sender.send(llm.pack("mood", "setting"))
    assert set(json.loads(exchange.reply.text)) == {"mood", "setting"}
    assert exchange.reply.finish_reason == "stop"
    usage, call = exchange.usage, exchange.call
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
    assert llm.rows.calls == []  # a good call is recorded with its answers, by the runner


def test_asks_for_the_schema_with_a_fixed_seed_and_no_randomness(llm: Llm) -> None:
    llm.sender().send(llm.pack("mood"))
    body = llm.endpoint.seen[0].asked.body
    assert (body["temperature"], body["seed"]) == (0.0, 0)
    schema = body["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["required"] == ["mood"]
    assert schema["schema"]["properties"]["mood"]["maxItems"] == 3


@pytest.mark.parametrize(
    ("fault", "error_class"),
    [
        (Fault.rate_limit(), ErrorClass.RATE_LIMIT),
        (Fault.server_error(), ErrorClass.SERVER_ERROR),
        (Fault.server_error(503), ErrorClass.SERVER_ERROR),
        (Fault.dropped(), ErrorClass.CONNECTION_LOST),
        (Fault.slow(0.6), ErrorClass.TIMEOUT),
    ],
)
def test_tries_again_after_what_may_pass(llm: Llm, fault: Fault, error_class: ErrorClass) -> None:
    llm.endpoint.fail(fault, times=2)
    exchange = llm.sender(request_timeout_s=0.3).send(llm.pack("mood"))
    assert exchange.call["attempt"] == 3
    assert [call["error_class"] for call in llm.rows.calls] == [error_class, error_class]
    assert [call["attempt"] for call in llm.rows.calls] == [1, 2]
    assert {call["status"] for call in llm.rows.calls} == {"error"}
    assert len({call["call_id"] for call in llm.rows.calls} | {exchange.call["call_id"]}) == 3
    assert len(llm.pauses) == 2
    assert 0.5 <= llm.pauses[0] <= 1.5  # doubled each time, and up to a second of jitter
    assert 1.0 <= llm.pauses[1] <= 2.0


def test_gives_up_after_the_last_try(llm: Llm) -> None:
    llm.endpoint.fail(Fault.server_error())
    with pytest.raises(CallFailedError) as failed:
        llm.sender(max_attempts=3).send(llm.pack("mood"))
    assert failed.value.error_class is ErrorClass.SERVER_ERROR
    assert llm.endpoint.n_calls == len(llm.rows.calls) == 3


@pytest.mark.parametrize(("header", "pause"), [("7", 7.0), ("0.25", 0.25), ("9000", 60.0)])
def test_waits_as_long_as_the_endpoint_asks_but_a_minute_at_most(
    llm: Llm, header: str, pause: float
) -> None:
    llm.endpoint.fail(Fault.rate_limit(header), times=1)
    llm.sender().send(llm.pack("mood"))
    assert llm.pauses == [pause]


@pytest.mark.parametrize("header", ["Wed, 21 Oct 2026 07:28:00 GMT", "-5", "nan"])
def test_a_strange_retry_after_is_a_pause_of_our_own(llm: Llm, header: str) -> None:
    llm.endpoint.fail(Fault.rate_limit(header), times=1)
    llm.sender().send(llm.pack("mood"))
    assert len(llm.pauses) == 1
    assert 0 <= llm.pauses[0] <= 60


@pytest.mark.parametrize(
    ("fault", "error_class"),
    [
        (Fault.quota(), ErrorClass.QUOTA),
        (Fault.context_too_long(), ErrorClass.CONTEXT_TOO_LONG),
        (Fault.bad_request("temperature is out of range"), ErrorClass.BAD_REQUEST),
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
def test_a_page_in_place_of_a_reply_is_a_server_error(llm: Llm, kind: str, content: bytes) -> None:
    llm.endpoint.fail(Fault.page(kind, content))
    with pytest.raises(CallFailedError) as failed:
        llm.sender(max_attempts=2).send(llm.pack("mood"))
    assert failed.value.error_class is ErrorClass.SERVER_ERROR
    assert len(llm.rows.calls) == 2


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
