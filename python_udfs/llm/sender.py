"""Sends one call with the openai client and retries temporary failures."""

from __future__ import annotations

import math
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openai
import tenacity
from openai.types.chat import ChatCompletion

from python_udfs.llm.calls import Pack, Reply
from python_udfs.llm.endpoints import Endpoint
from python_udfs.llm.failures import ErrorClass, Policy, classify, policy_of
from python_udfs.llm.pricing import Prices, TokenUsage
from python_udfs.llm.recorder import Recorder, utc_now

__all__ = ["CallFailedError", "Exchange", "Sender"]

_LONGEST_PAUSE_S = 60.0
_MESSAGE_CHARS = 500
_TOP_LOGPROBS = 20


class CallFailedError(Exception):
    """A call gave no reply: the class of its last failure and the endpoint's message."""

    def __init__(self, error_class: ErrorClass, message: str, call: dict[str, Any]) -> None:
        super().__init__(message)
        self.error_class = error_class
        self.message = message
        self.call = call
        self.retry_after_s: float | None = None


@dataclass(frozen=True)
class Exchange:
    """A reply with its row of `llm_calls`, which the recorder writes with the answers."""

    reply: Reply
    call: dict[str, Any]
    usage: TokenUsage
    cost_usd: float | None


def _pause_s(state: tenacity.RetryCallState) -> float:
    """Exponential with jitter, or as the endpoint asks."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, CallFailedError) and error.retry_after_s is not None:
        return min(error.retry_after_s, _LONGEST_PAUSE_S)
    return tenacity.wait_exponential_jitter(multiplier=0.5, max=_LONGEST_PAUSE_S)(state)


def _retry_after_s(error: Exception) -> float | None:
    if isinstance(error, openai.APIStatusError):
        try:
            seconds = float(error.response.headers.get("retry-after", ""))
        except ValueError:
            return None
        return seconds if math.isfinite(seconds) and seconds >= 0 else None
    return None


class Sender:
    """Sends packs to one endpoint and learns which features it lacks.

    `connect` returns the openai client at the first call, so that a run without questions does not
    load an embedded model. `sleep` waits between two attempts.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        connect: Callable[[], tuple[openai.OpenAI, str]],
        recorder: Recorder,
        prices: Prices,
        max_attempts: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.endpoint = endpoint
        self.has_schema = True
        self.has_logprobs = True
        self._connect = connect
        self._connected: tuple[openai.OpenAI, str] | None = None
        self._lock = threading.Lock()
        self._recorder = recorder
        self._prices = prices
        self._max_attempts = max_attempts
        self._sleep = sleep

    def send(self, pack: Pack) -> Exchange:
        """Return the reply to `pack`; each failed attempt is in the ledger before the next one.

        Raises CallFailedError with the last failure's class if no attempt is left or none would
        help.
        """
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._max_attempts),
            wait=_pause_s,
            sleep=self._sleep,
            retry=tenacity.retry_if_exception(
                lambda error: (
                    isinstance(error, CallFailedError)
                    and policy_of(error.error_class) is Policy.RETRY
                )
            ),
            reraise=True,
        )
        for attempt in retrying:
            with attempt:
                return self._send_once(pack, attempt.retry_state.attempt_number)
        raise AssertionError("tenacity ends with a value or an error")

    def _client(self) -> tuple[openai.OpenAI, str]:
        with self._lock:
            if self._connected is None:
                self._connected = self._connect()
            return self._connected

    def _send_once(self, pack: Pack, attempt: int) -> Exchange:
        client, model = self._client()
        call: dict[str, Any] = {
            "call_id": str(uuid.uuid4()),
            "role": pack.role,
            "model": self.endpoint.model,
            "base_url": self.endpoint.base_url or "embedded",
            "question_keys": [question.key for question in pack.questions],
            "attempt": attempt,
            "raw_reply": None,
            "finish_reason": None,
            "prompt_tokens": None,
            "cached_tokens": None,
            "completion_tokens": None,
            "cost_usd": None,
            "started_at": utc_now(),
        }
        start = time.perf_counter()
        request = self._request(pack, model)
        try:
            raw = client.chat.completions.with_raw_response.create(**request)
            completion = _completion(raw)
        except openai.OpenAIError as error:
            call["latency_ms"] = 1000 * (time.perf_counter() - start)
            error_class, said = classify(error), _said(error, client.api_key)
            self._recorder.record(call, status="error", error_class=error_class, error_message=said)
            if self._learns_from(error, request):
                return self._send_once(pack, attempt)
            failure = CallFailedError(error_class, said, call)
            failure.retry_after_s = _retry_after_s(error)
            # Not chained to the client's error, whose text may quote the key in a traceback.
            raise failure from None
        call["latency_ms"] = 1000 * (time.perf_counter() - start)
        return self._exchange(call, completion, raw.text)

    def _learns_from(self, error: openai.OpenAIError, request: dict[str, Any]) -> bool:
        """Note a feature that the endpoint refuses; True if the call may be repeated without it.

        Only the features of this request count: other calls in flight may have noted some already.
        """
        if not isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
            return False
        said = error.message.lower()
        if "response_format" in request and ("response_format" in said or "json_schema" in said):
            self.has_schema = False
            return True
        if "logprobs" in request and "logprobs" in said:
            self.has_logprobs = False
            return True
        return False

    def _request(self, pack: Pack, model: str) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": model,
            "messages": pack.messages,
            "max_tokens": pack.max_tokens,
            "temperature": pack.temperature,
            "seed": pack.seed,
        }
        if pack.schema is not None and self.has_schema:
            request["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": pack.role, "schema": pack.schema, "strict": True},
            }
        if pack.wants_logprobs and self.has_logprobs:
            request |= {"logprobs": True, "top_logprobs": _TOP_LOGPROBS}
        return request

    def _exchange(self, call: dict[str, Any], completion: ChatCompletion, raw: str) -> Exchange:
        usage = TokenUsage()
        if completion.usage is not None:
            details = completion.usage.prompt_tokens_details
            usage = TokenUsage(
                prompt=completion.usage.prompt_tokens,
                cached=(details.cached_tokens or 0) if details else 0,
                completion=completion.usage.completion_tokens,
            )
        cost = self._prices.cost_usd(
            self.endpoint.model, usage, is_embedded=self.endpoint.is_embedded
        )
        choice = completion.choices[0] if completion.choices else None
        top: dict[str, float] = {}
        if choice and choice.logprobs and choice.logprobs.content:
            top = {t.token: t.logprob for t in choice.logprobs.content[0].top_logprobs}
        reply = Reply(
            call_id=call["call_id"],
            text=(choice.message.content or "") if choice else "",
            finish_reason=_finish_reason(completion),
            top_logprobs=top,
        )
        call |= {
            "raw_reply": raw,
            "finish_reason": reply.finish_reason,
            "prompt_tokens": usage.prompt,
            "cached_tokens": usage.cached,
            "completion_tokens": usage.completion,
            "cost_usd": cost,
        }
        return Exchange(reply, call, usage, cost)


def _finish_reason(completion: ChatCompletion) -> str:
    if not completion.choices:
        return "error"
    choice = completion.choices[0]
    refused = choice.message.refusal or choice.finish_reason == "content_filter"
    return "refusal" if refused else choice.finish_reason


def _completion(raw: Any) -> ChatCompletion:
    """The parsed reply; raises APIResponseValidationError if it is not a completion."""
    try:
        completion = raw.parse()
    except ValueError:
        completion = None
    if not isinstance(completion, ChatCompletion):
        raise openai.APIResponseValidationError(
            response=raw.http_response, body=None, message="the reply is not a chat completion"
        )
    return completion


def _said(error: Exception, key: str) -> str:
    """The endpoint's message, shortened; a quoted key is removed."""
    text = str(getattr(error, "message", None) or type(error).__name__).replace(key, "[cut]")
    words = [
        "[cut]" if word.strip("'\".,:;()").startswith(("sk-", "Bearer", "tvly-")) else word
        for word in text.split()
    ]
    return " ".join(words)[:_MESSAGE_CHARS]
