"""Makes one call: a slot, a reservation, a row, the request, the reply read and paid for."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import openai

from python_udfs.llm.budget import Budget, Hold
from python_udfs.llm.calls import Pack, Reply
from python_udfs.llm.dialect import MOST_CHANGES, Dialect, adapted, request_of
from python_udfs.llm.endpoint_state import EndpointState, OutageError, Ticket
from python_udfs.llm.endpoints import Endpoint
from python_udfs.llm.failures import RULES, ErrorClass, Policy, policy_of
from python_udfs.llm.judge import CallFailedError, failure_of
from python_udfs.llm.keys import Secrets
from python_udfs.llm.pauses import pause_s, rooms
from python_udfs.llm.pricing import ModelPrices, TokenUsage, most_prompt_tokens, prompt_size
from python_udfs.llm.reading import read
from python_udfs.llm.recorder import Recorder
from python_udfs.llm.stopping import Stop
from python_udfs.llm.wire import Wire, exchange

__all__ = ["CallFailedError", "Exchange", "NotAttemptedError", "Sender"]

_SENT = ("max_tokens", "max_completion_tokens")


class NotAttemptedError(Exception):
    """A budget is spent; the name of its var is the message."""


@dataclass(frozen=True)
class Exchange:
    """A reply with its row of `llm_calls`, and the pack in the form that was sent."""

    pack: Pack
    reply: Reply
    call: dict[str, Any]
    usage: TokenUsage
    cost_usd: float | None


@dataclass(frozen=True)
class _Flight:
    """A call on its way."""

    call: dict[str, Any]
    request: dict[str, Any]
    ticket: Ticket
    hold: Hold
    began: float = field(default_factory=time.perf_counter)


class Sender:
    """Sends packs to one endpoint as it can take them, within the budget.

    `connect` returns the openai client at the first call, so that a run without questions does not
    load an embedded model.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        connect: Callable[[], tuple[openai.OpenAI, str]],
        recorder: Recorder,
        prices: ModelPrices,
        state: EndpointState,
        budget: Budget,
        dialect: Dialect,
        stop: Stop,
        parameters: Callable[[str], Mapping[str, Any]] = lambda _: {},
        secrets: Secrets | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.dialect = dialect
        self.state = state
        self.stop = stop
        self._secrets = secrets or Secrets()
        self._connect = connect
        self._connected: tuple[openai.OpenAI, str] | None = None
        self._lock = threading.Lock()
        self._recorder = recorder
        self._prices = prices
        self._budget = budget
        self._parameters = parameters
        self._last = CallFailedError(ErrorClass.UNREACHABLE, "none")
        self.is_proven = False

    def send(self, pack: Pack, attempt: int = 1) -> Exchange:
        """Return the reply to `pack`, in the form that the endpoint takes.

        Raises CallFailedError, NotAttemptedError if the budget is spent, StoppedError.
        """
        changes: dict[str, str] = {}
        said = ""
        for _ in range(MOST_CHANGES):
            form = adapted(pack, self.dialect, changes)
            try:
                sent = self._send_once(form, changes, attempt)
            except CallFailedError as failure:
                failure.is_odd = self._is_settled(pack, failure.change)
                if failure.is_odd or not failure.change:
                    raise
                said = said or failure.message
                changes |= failure.change
                attempt += 1
                continue
            self.dialect.adopt(changes, said)
            return sent
        raise AssertionError("every change leaves out one of a few parameters")

    def close(self) -> None:
        """Close the connections."""
        if self._connected is not None:
            self._connected[0].close()

    def _is_settled(self, pack: Pack, change: Mapping[str, str]) -> bool:
        """Whether a change would mix two forms of verdicts in one role."""
        is_of_verdicts = change.get("logprobs") == "none" or change.get("top_logprobs") == "none"
        return is_of_verdicts and self.dialect.verdict_form(pack.role) == "logprobs"

    def _client(self) -> tuple[openai.OpenAI, str]:
        with self._lock:
            if self._connected is None:
                self._connected = self._connect()
            return self._connected

    def _send_once(self, pack: Pack, changes: Mapping[str, str], attempt: int) -> Exchange:
        client, model = self._client()
        forms = {**self.dialect.forms(), **changes}
        request = request_of(pack, model, forms, self._parameters(pack.role))
        flight = self._depart(pack, request, attempt)
        wire = exchange(client, request)
        reading = read(wire.text)
        usage = reading.usage if wire.status == 200 else None
        cost = None if usage is None else self._prices.cost_usd(usage)
        flight.call["finish_reason"] = reading.finish_reason or None
        failure = failure_of(
            pack, request, forms, wire, reading, self._secrets, is_proven=self.is_proven
        )
        is_unpaid = failure is not None and wire.status != 200 and (
            RULES[failure.error_class].paid == "no"
        )  # fmt: skip
        self._arrive(flight, wire, failure, usage, 0.0 if is_unpaid else cost, is_unpaid=is_unpaid)
        if failure is not None:
            is_known = is_unpaid or usage is not None
            status = ("error" if is_unpaid else "invalid") if is_known else "unknown"
            self._recorder.record(
                flight.call,
                status=status,
                error_class=failure.error_class,
                error_message=failure.message,
            )
            failure.call_id, self._last = flight.call["call_id"], failure
            raise failure
        self.is_proven = True
        reply = Reply(
            flight.call["call_id"], reading.text, reading.finish_reason, reading.top_logprobs
        )
        return Exchange(pack, reply, flight.call, usage or TokenUsage(), cost)

    def _depart(self, pack: Pack, request: dict[str, Any], attempt: int) -> _Flight:
        """Return when the call may be sent: admitted, reserved, and a durable row."""
        n_prompt = most_prompt_tokens(request["messages"])
        n_written = next((request[name] for name in _SENT if name in request), pack.max_tokens)
        try:
            ticket = self.state.admit(n_prompt + n_written, self.stop)
        except OutageError as error:
            said = f"{error}; its last words: {self._last.message}"
            raise CallFailedError(self._last.error_class, said, is_outage=True) from None
        most = self._prices.cost_usd(TokenUsage(prompt=n_prompt, completion=n_written))
        try:
            hold = self._budget.reserve(pack.role, most, n_prompt + n_written, self.stop)
            if isinstance(hold, str):
                raise NotAttemptedError(hold)
            call: dict[str, Any] = {
                "call_id": str(uuid.uuid4()),
                "role": pack.role,
                "model": self.endpoint.model,
                "base_url": self.endpoint.base_url or "embedded",
                "question_keys": [question.key for question in pack.questions],
                "attempt": attempt,
                "reserved_usd": most,
                "reserved_tokens": n_prompt + n_written,
                "prompt_bytes": prompt_size(request["messages"]).n_bytes,
                "started_at": self._recorder.now(),
            }
            try:
                self._recorder.sent(call)
            except BaseException:
                self._budget.settle(hold, 0.0, 0)
                raise
        except BaseException:
            self.state.cancel(ticket)
            raise
        return _Flight(call, request, ticket, hold)

    def _arrive(
        self,
        flight: _Flight,
        wire: Wire,
        failure: CallFailedError | None,
        usage: TokenUsage | None,
        cost: float | None,
        *,
        is_unpaid: bool,
    ) -> None:
        """Settle the money and the slot of a call, and complete its row."""
        n_tokens = 0 if is_unpaid else None if usage is None else usage.prompt + usage.completion
        self._budget.settle(flight.hold, cost, n_tokens)
        is_slow = failure is not None and (
            policy_of(failure.error_class) in (Policy.WAIT, Policy.RETRY)
            and failure.error_class is not ErrorClass.EMPTY_REPLY
        )
        words = failure.message if failure else ""
        self.state.release(
            flight.ticket,
            is_healthy=not is_slow,
            n_tokens=n_tokens,
            is_heard=wire.failure is not ErrorClass.UNREACHABLE,
            is_limit=failure is not None and failure.error_class is ErrorClass.RATE_LIMIT,
            pause_s=pause_s(wire.headers, f"{words} {wire.text[:2000]}") if is_slow else None,
            rooms=rooms(wire.headers),
        )
        flight.call.update(
            raw_reply=self._secrets.cut(wire.text) if wire.text else None,
            prompt_tokens=usage.prompt if usage else None,
            cached_tokens=usage.cached if usage else None,
            completion_tokens=usage.completion if usage else None,
            cost_usd=cost,
            latency_ms=1000 * (time.perf_counter() - flight.began),
        )
