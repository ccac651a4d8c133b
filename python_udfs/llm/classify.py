"""The class of a refusal: by its code, then by its status, then by its words."""

from __future__ import annotations

import re
from typing import Any

from python_udfs.llm.calls import Reply
from python_udfs.llm.failures import ErrorClass
from python_udfs.llm.reading import words_of

__all__ = ["classify", "signature", "status_of"]

_PER_MINUTE = re.compile(
    r"per minute|per second|per day|\brpm\b|\btpm\b|again in|retry in|retrydelay"
)
_MODERATED = re.compile(
    r"content[_ ]?filter|content (management )?policy|moderation|was flagged|exists risk|"
    r"data_inspection|inappropriate|safety (system|policy)|responsibleai"
)
_REGION = re.compile(r"country|region|territory")
# No call is answered until the account is paid for, whatever the status.
_SPENT = re.compile(
    r"insufficient_quota|credit balance is too low|billing.hard.limit|billing_not_active|"
    r"key limit exceeded"
)
_WRONG_KEY = re.compile(r"api_key_invalid|api key not valid")
# What lies behind may have answered, and be paid: bad gateway, and Cloudflare's own.
_OF_GATEWAYS = (502, 520, 524)
_NO_ACCESS = re.compile(r"model_not_found|not have access to (the )?model")
_TOO_LONG = re.compile(
    r"context.{0,40}(length|size|window|exceed)|exceed.{0,40}context|prompt is too long|"
    r"too many (input )?tokens|request (alone )?.{0,20}(too large|over the limit)"
)
_IMAGE = re.compile(r"\bimages?\b|image_url|mmproj|vision|multimodal")
_MODEL_GONE = re.compile(
    r"not exist|not found|unknown|no model|no such|is no\b|not available|pull it|decommissioned"
)
_WORD = re.compile(r"[\"'`][^\"'`]*[\"'`]|\d+(\.\d+)?|[0-9a-f-]{16,}")


def status_of(status: int, reply: Reply) -> int:
    """The status of a failure: that of an error inside a good reply counts more than 200."""
    if not 200 <= status < 300:
        return status
    error = reply.error
    code = error.get("code") if isinstance(error, dict) else None
    text = str(code)
    number = int(text) if text.isascii() and text.isdigit() and len(text) == 3 else 500
    return number if 400 <= number <= 599 else 500


def classify(status: int, body: Any, *, is_proven: bool = False) -> ErrorClass:
    """Return the class of a refusal; `body` is its JSON, or its text where it is none.

    `is_proven`: the key and the address have worked in this run, so that a 403 is about this
    request.
    """
    text = " | ".join(words_of(body)).lower()
    if status == 401 or (status == 400 and _WRONG_KEY.search(text)):
        return ErrorClass.AUTHENTICATION
    if status == 402 or (status < 500 and _SPENT.search(text)):
        return ErrorClass.QUOTA
    if status == 429:
        return _of_limits(text)
    if status in (403, 451):
        return _of_403(status, text, body, is_proven=is_proven)
    if status == 405:
        return ErrorClass.UNKNOWN_ADDRESS
    if status == 410:
        return ErrorClass.UNKNOWN_MODEL
    if status == 404:
        is_page = not isinstance(body, dict | list)
        return ErrorClass.UNKNOWN_ADDRESS if is_page else _of_404(text)
    if status in (408, 504):
        return ErrorClass.TIMEOUT
    if status in _OF_GATEWAYS:
        return ErrorClass.GATEWAY_ERROR
    if status >= 500 or status == 409:
        # llama.cpp reports a model without a projector with status 500.
        return ErrorClass.NO_IMAGES if _is_of_images(text) else ErrorClass.SERVER_ERROR
    return _of_request(status, text)


def signature(error_class: ErrorClass, message: str) -> str:
    """What two equal refusals share: the class and the words without names and numbers."""
    return f"{error_class}: {_WORD.sub('', message)[:120]}"


def _of_limits(text: str) -> ErrorClass:
    """No money left, or too many calls: OpenAI's and Groq's rate limits name a billing page too."""
    is_passing = "rate_limit" in text or _PER_MINUTE.search(text)
    is_spent = "exceeded your current quota" in text or "credit" in text or "balance" in text
    return ErrorClass.QUOTA if is_spent and not is_passing else ErrorClass.RATE_LIMIT


def _of_403(status: int, text: str, body: Any, *, is_proven: bool) -> ErrorClass:
    if _MODERATED.search(text):
        return ErrorClass.REFUSAL
    if status == 451 or _REGION.search(text):
        return ErrorClass.REGION
    if _NO_ACCESS.search(text):
        return ErrorClass.UNKNOWN_MODEL
    is_page = not isinstance(body, dict | list)
    return ErrorClass.BLOCKED if is_proven or is_page else ErrorClass.AUTHENTICATION


def _of_404(text: str) -> ErrorClass:
    if _is_of_images(text):
        return ErrorClass.NO_IMAGES
    return ErrorClass.BAD_REQUEST if "parameter" in text else ErrorClass.UNKNOWN_MODEL


def _is_of_images(text: str) -> bool:
    refuses = re.search(r"not supported|not read|no endpoint|cannot|does not|unsupported", text)
    return bool(refuses and _IMAGE.search(text))


def _of_request(status: int, text: str) -> ErrorClass:
    if status == 413 or _TOO_LONG.search(text):
        return ErrorClass.CONTEXT_TOO_LONG
    if _MODERATED.search(text):
        return ErrorClass.REFUSAL
    if _IMAGE.search(text):
        return ErrorClass.NO_IMAGES if _is_of_images(text) else ErrorClass.BAD_IMAGE
    if "model_not_found" in text or ("model" in text and _MODEL_GONE.search(text)):
        return ErrorClass.UNKNOWN_MODEL
    return ErrorClass.BAD_REQUEST
