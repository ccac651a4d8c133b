"""Failure classes of a call, and the policy for each.

| class             | policy     |
|-------------------|------------|
| rate_limit        | retry      |
| server_error      | retry      |
| timeout           | retry      |
| connection_lost   | retry      |
| quota             | stop       |
| authentication    | stop       |
| unknown_model     | stop       |
| truncation        | split      |
| context_too_long  | split      |
| schema_violation  | split      |
| invalid_json      | repair     |
| refusal           | quarantine |
| bad_image         | quarantine |
| bad_request       | quarantine |

retry: repeat the call after a pause. split: ask missing questions again, one by one; quarantine
one that fails alone. repair: send the reply back once with its error. stop: no later call can
succeed, so stop the build with the remedy. quarantine: keep the question with its reason and do not
ask it again until `retry_quarantined`.
"""

from __future__ import annotations

from enum import StrEnum

import openai

__all__ = ["ErrorClass", "Policy", "classify", "policy_of", "remedy"]


class Policy(StrEnum):
    """The policy for a failure."""

    RETRY = "retry"
    SPLIT = "split"
    REPAIR = "repair"
    STOP = "stop"
    QUARANTINE = "quarantine"


class ErrorClass(StrEnum):
    """Why a call gave no usable answer."""

    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    CONNECTION_LOST = "connection_lost"
    QUOTA = "quota"
    AUTHENTICATION = "authentication"
    UNKNOWN_MODEL = "unknown_model"
    TRUNCATION = "truncation"
    CONTEXT_TOO_LONG = "context_too_long"
    SCHEMA_VIOLATION = "schema_violation"
    INVALID_JSON = "invalid_json"
    REFUSAL = "refusal"
    BAD_IMAGE = "bad_image"
    BAD_REQUEST = "bad_request"


_POLICIES = {
    ErrorClass.RATE_LIMIT: Policy.RETRY,
    ErrorClass.SERVER_ERROR: Policy.RETRY,
    ErrorClass.TIMEOUT: Policy.RETRY,
    ErrorClass.CONNECTION_LOST: Policy.RETRY,
    ErrorClass.QUOTA: Policy.STOP,
    ErrorClass.AUTHENTICATION: Policy.STOP,
    ErrorClass.UNKNOWN_MODEL: Policy.STOP,
    ErrorClass.TRUNCATION: Policy.SPLIT,
    ErrorClass.CONTEXT_TOO_LONG: Policy.SPLIT,
    ErrorClass.SCHEMA_VIOLATION: Policy.SPLIT,
    ErrorClass.INVALID_JSON: Policy.REPAIR,
    ErrorClass.REFUSAL: Policy.QUARANTINE,
    ErrorClass.BAD_IMAGE: Policy.QUARANTINE,
    ErrorClass.BAD_REQUEST: Policy.QUARANTINE,
}

_REMEDIES = {
    ErrorClass.AUTHENTICATION: "the endpoint refuses the key; check OPENAI_API_KEY",
    ErrorClass.UNKNOWN_MODEL: (
        "the endpoint does not know the model; check TAGSMITH_MODEL or the var model_<role>"
    ),
    ErrorClass.QUOTA: "the account has no quota left; raise it and rebuild, paid answers are kept",
    ErrorClass.RATE_LIMIT: "the endpoint keeps limiting; lower the var max_concurrency",
    ErrorClass.SERVER_ERROR: "the endpoint keeps failing; build again later, paid answers are kept",
    ErrorClass.TIMEOUT: "the endpoint does not answer in time; raise the var request_timeout_s",
    ErrorClass.CONNECTION_LOST: "the endpoint cannot be reached; check OPENAI_BASE_URL",
}


def policy_of(error_class: ErrorClass) -> Policy:
    """Return the policy for `error_class`."""
    return _POLICIES[error_class]


def remedy(error_class: ErrorClass) -> str:
    """Return the remedy for a failure that ended the calls."""
    return _REMEDIES.get(error_class, "see error_message in the ledger's llm_calls")


def _classify_status(error: openai.APIStatusError) -> ErrorClass:
    code = str(error.code or "").lower()
    text = f"{code} {error.message}".lower()
    status = error.status_code
    if status in (401, 403):
        return ErrorClass.AUTHENTICATION
    if status == 404 or "model_not_found" in code:
        return ErrorClass.UNKNOWN_MODEL
    if status == 429:
        is_quota = "insufficient_quota" in text or "billing" in text
        return ErrorClass.QUOTA if is_quota else ErrorClass.RATE_LIMIT
    if status == 402:
        return ErrorClass.QUOTA
    if status in (408, 504):
        return ErrorClass.TIMEOUT
    if "image input is not supported" in text:  # llama.cpp reports this with status 500
        return ErrorClass.BAD_IMAGE
    if status >= 500 or status == 409:
        return ErrorClass.SERVER_ERROR
    if "context" in text and ("length" in text or "size" in text or "exceed" in text):
        return ErrorClass.CONTEXT_TOO_LONG
    if "content_filter" in text or "content management policy" in text:
        return ErrorClass.REFUSAL
    if "image" in text:
        return ErrorClass.BAD_IMAGE
    if "model" in text and ("not exist" in text or "not found" in text or "unknown" in text):
        return ErrorClass.UNKNOWN_MODEL
    return ErrorClass.BAD_REQUEST


def classify(error: Exception) -> ErrorClass:
    """Return the class of an error of the openai client; unknown errors are raised again."""
    if isinstance(error, openai.APITimeoutError):
        return ErrorClass.TIMEOUT
    if isinstance(error, openai.APIConnectionError):
        return ErrorClass.CONNECTION_LOST
    if isinstance(error, openai.APIStatusError):
        return _classify_status(error)
    if isinstance(error, openai.APIResponseValidationError):
        return ErrorClass.SERVER_ERROR
    raise error
