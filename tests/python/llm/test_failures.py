"""Every failure of a call has one class and one policy."""

from __future__ import annotations

import httpx2 as httpx
import openai
import pytest

from python_udfs.llm.failures import ErrorClass, Policy, classify, policy_of, remedy

REQUEST = httpx.Request("POST", "http://127.0.0.1/v1/chat/completions")


def status_error(status: int, code: str | None, message: str) -> openai.APIStatusError:
    body = {"message": message, "code": code}
    response = httpx.Response(status, request=REQUEST, json={"error": body})
    return openai.APIStatusError(message, response=response, body=body)


@pytest.mark.parametrize(
    ("status", "code", "message", "expected"),
    [
        (401, "invalid_api_key", "Incorrect API key provided", ErrorClass.AUTHENTICATION),
        (403, None, "You may not", ErrorClass.AUTHENTICATION),
        (404, "model_not_found", "The model `x` does not exist", ErrorClass.UNKNOWN_MODEL),
        (404, None, "Not found", ErrorClass.UNKNOWN_MODEL),
        (400, None, "model 'x' not found", ErrorClass.UNKNOWN_MODEL),
        (429, "rate_limit_exceeded", "Rate limit reached", ErrorClass.RATE_LIMIT),
        (429, "insufficient_quota", "You exceeded your current quota", ErrorClass.QUOTA),
        (402, None, "Payment required", ErrorClass.QUOTA),
        (408, None, "Request timeout", ErrorClass.TIMEOUT),
        (504, None, "Gateway timeout", ErrorClass.TIMEOUT),
        (409, None, "Conflict", ErrorClass.SERVER_ERROR),
        (500, None, "The server had an error", ErrorClass.SERVER_ERROR),
        (503, None, "Loading model", ErrorClass.SERVER_ERROR),
        (400, "context_length_exceeded", "too many tokens", ErrorClass.CONTEXT_TOO_LONG),
        (400, None, "the request exceeds the available context size", ErrorClass.CONTEXT_TOO_LONG),
        (400, "content_filter", "filtered", ErrorClass.REFUSAL),
        (400, None, "Invalid image data", ErrorClass.BAD_IMAGE),
        (400, None, "temperature must be at most 2", ErrorClass.BAD_REQUEST),
        (422, None, "unprocessable", ErrorClass.BAD_REQUEST),
    ],
)
def test_a_status_has_its_class(
    status: int, code: str | None, message: str, expected: ErrorClass
) -> None:
    assert classify(status_error(status, code, message)) is expected


def test_what_never_got_a_status_has_its_class() -> None:
    assert classify(openai.APITimeoutError(REQUEST)) is ErrorClass.TIMEOUT
    assert classify(openai.APIConnectionError(request=REQUEST)) is ErrorClass.CONNECTION_LOST
    broken = openai.APIResponseValidationError(httpx.Response(200, request=REQUEST), body=None)
    assert classify(broken) is ErrorClass.SERVER_ERROR


def test_an_error_of_our_own_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        classify(KeyError("a bug"))


def test_every_class_has_a_policy_and_every_stop_a_remedy() -> None:
    for error_class in ErrorClass:
        policy = policy_of(error_class)
        if policy in (Policy.STOP, Policy.RETRY):
            assert remedy(error_class) != remedy(ErrorClass.REFUSAL)
    assert "OPENAI_API_KEY" in remedy(ErrorClass.AUTHENTICATION)
    assert "TAGSMITH_MODEL" in remedy(ErrorClass.UNKNOWN_MODEL)
