"""Every failure of a call has one class and one policy."""

from __future__ import annotations

import pytest

from python_udfs.llm.classify import classify
from python_udfs.llm.failures import RULES, ErrorClass, Policy, Rule, remedy_of


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
        (502, None, "Bad gateway", ErrorClass.GATEWAY_ERROR),
        (524, None, "A timeout occurred", ErrorClass.GATEWAY_ERROR),
        (503, None, "Loading model", ErrorClass.SERVER_ERROR),
        (400, "context_length_exceeded", "too many tokens", ErrorClass.CONTEXT_TOO_LONG),
        (400, None, "the request exceeds the available context size", ErrorClass.CONTEXT_TOO_LONG),
        (400, "content_filter", "filtered", ErrorClass.REFUSAL),
        (400, None, "Invalid image data", ErrorClass.BAD_IMAGE),
        (400, None, "temperature must be at most 2", ErrorClass.BAD_REQUEST),
        (422, None, "unprocessable", ErrorClass.BAD_REQUEST),
        (400, "API_KEY_INVALID", "API key not valid", ErrorClass.AUTHENTICATION),
        (
            403,
            "model_not_found",
            "Project x does not have access to model y",
            ErrorClass.UNKNOWN_MODEL,
        ),
        (403, None, "You do not have access to the model", ErrorClass.UNKNOWN_MODEL),
        (400, None, "Your credit balance is too low to access the API", ErrorClass.QUOTA),
        (400, "billing_hard_limit_reached", "Limit reached", ErrorClass.QUOTA),
        (429, "billing_not_active", "Your account is not active", ErrorClass.QUOTA),
        (403, "billing_not_active", "Your account is not active", ErrorClass.QUOTA),
        (403, None, "Key limit exceeded (total limit)", ErrorClass.QUOTA),
        (410, None, "The model has been deprecated", ErrorClass.UNKNOWN_MODEL),
        (410, None, "Gone", ErrorClass.UNKNOWN_MODEL),
        (400, None, "The model `x` has been decommissioned", ErrorClass.UNKNOWN_MODEL),
        (405, None, "Method not allowed", ErrorClass.UNKNOWN_ADDRESS),
        (451, None, "Unavailable for legal reasons", ErrorClass.REGION),
        (451, None, "Not available in your country", ErrorClass.REGION),
    ],
)
def test_a_status_has_its_class(
    status: int, code: str | None, message: str, expected: ErrorClass
) -> None:
    assert classify(status, {"error": {"message": message, "code": code}}) is expected


def test_every_class_has_a_policy_and_every_stop_a_remedy() -> None:
    for error_class in ErrorClass:
        policy = RULES[error_class].policy
        if policy in (Policy.STOP, Policy.RETRY):
            assert RULES[error_class].remedy != Rule("", "", policy).remedy
    assert "OPENAI_API_KEY" in RULES[ErrorClass.AUTHENTICATION].remedy
    assert "TAGSMITH_MODEL" in RULES[ErrorClass.UNKNOWN_MODEL].remedy


def test_the_remedy_at_a_fallback_names_the_settings_of_the_fallback() -> None:
    for error_class in ErrorClass:
        assert "OPENAI_" not in remedy_of(error_class, is_elsewhere=True)
        assert remedy_of(error_class, is_elsewhere=False) == RULES[error_class].remedy
    said = remedy_of(ErrorClass.AUTHENTICATION, is_elsewhere=True)
    assert said.endswith("check TAGSMITH_FALLBACK_API_KEY")
