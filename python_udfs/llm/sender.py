"""Makes one call: a slot, a reservation, a row, the request, the reply read and paid for."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from python_udfs.llm.batch_lines import Arrived
from python_udfs.llm.budget import Budget, Hold
from python_udfs.llm.calls import Pack, Reply
from python_udfs.llm.classify import signature
from python_udfs.llm.dialect import LEFT_OUT, MOST_CHANGES, Dialect
from python_udfs.llm.endpoint_state import EndpointState, OutageError, Ticket
from python_udfs.llm.endpoints import Endpoint
from python_udfs.llm.failures import RULES, ErrorClass
from python_udfs.llm.judge import CallFailedError, failure_of, reply_of, usage_of
from python_udfs.llm.keys import Secrets
from python_udfs.llm.pauses import pause_s, rooms
from python_udfs.llm.pricing import ModelPrices
from python_udfs.llm.recorder import Recorder
from python_udfs.llm.request import Asked, asked_of
from python_udfs.llm.stopping import Stop
from python_udfs.llm.wire import Connections, Wire

__all__ = ["Exchange", "Sender"]


@dataclass(frozen=True)
class Exchange:
    """A reply with its row of `llm_calls`, and the pack in the form that was sent."""

    pack: Pack
    reply: Reply
    call: dict[str, Any]


@dataclass(frozen=True)
class _Flight:
    """A call on its way; one in a batch needs no ticket of the endpoint."""

    call: dict[str, Any]
    ticket: Ticket | None
    hold: Hold
    began: float = field(default_factory=time.perf_counter)


@dataclass
class Sender:
    """Sends packs to one endpoint as it can take them, within the budget.

    `parameters` gives what the settings add to each call of a role. `is_proven` once the endpoint
    has given a reply to parse.
    """

    endpoint: Endpoint
    connections: Connections
    recorder: Recorder
    prices: ModelPrices
    state: EndpointState
    budget: Budget
    dialect: Dialect
    stop: Stop
    parameters: Callable[[str], Mapping[str, Any]]
    secrets: Secrets
    is_proven: bool = False
    _last: CallFailedError = field(
        default_factory=lambda: CallFailedError(ErrorClass.UNREACHABLE, "none")
    )

    def send(self, pack: Pack, attempt: int = 1) -> Exchange:
        """Return the reply to `pack`, in the form that the endpoint takes.

        Raises CallFailedError, NotAttemptedError if the budget is spent, StoppedError.
        """
        changes: dict[str, str] = {}
        said = ""
        for _ in range(MOST_CHANGES):
            try:
                sent = self._send_once(pack, changes, attempt)
            except CallFailedError as failure:
                failure.is_odd = self._is_settled(pack, failure.change) or self._is_doubtful(
                    failure, changes
                )
                if failure.is_odd or not failure.change:
                    raise
                said = said or failure.message
                changes |= failure.change
                attempt += 1
            else:
                self.dialect.adopt(changes, said)
                return sent
        raise AssertionError("every change leaves out one of a few parameters")

    def book(self, pack: Pack) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the row of a call in a batch, and its request.

        The reservation counts as spent until `land`. Raises NotAttemptedError at once if the budget
        has no room, StoppedError.
        """
        asked = self._asked(pack, {})
        call, hold = self._booked(asked, 1, self.prices.in_batches, waits=False)
        self.budget.settle(hold, None, None)
        return call, asked.request

    def land(self, pack: Pack, arrived: Arrived) -> Exchange:
        """Return the reply that a batch has brought to `pack`; raises CallFailedError."""
        call = arrived.call
        hold = self.budget.held_again(
            call["role"],
            call["reserved_usd"],
            call["reserved_tokens"],
            call["started_at"].date(),
            is_of_run=call["invocation_id"] == self.recorder.invocation_id,
        )
        flight = _Flight({"call_id": call["call_id"]}, None, hold)
        return self._read(self._asked(pack, {}), flight, arrived.wire)

    def _is_settled(self, pack: Pack, change: Mapping[str, str]) -> bool:
        """Whether a change would mix two forms of verdicts in one role."""
        is_of_verdicts = LEFT_OUT in (change.get("logprobs"), change.get("top_logprobs"))
        return is_of_verdicts and self.dialect.verdict_form(pack.role) == "logprobs"

    def _is_doubtful(self, failure: CallFailedError, changes: Mapping[str, str]) -> bool:
        """Whether a refusal is of what the endpoint has taken before."""
        forms = {**self.dialect.forms(), **changes}
        said = signature(failure.error_class, failure.message)
        return self.dialect.doubts(failure.change, forms, said)

    def _asked(self, pack: Pack, changes: Mapping[str, str]) -> Asked:
        forms = {**self.dialect.forms(), **changes}
        return asked_of(pack, self.endpoint.model, forms, self.parameters(pack.role))

    def _send_once(self, pack: Pack, changes: Mapping[str, str], attempt: int) -> Exchange:
        self.connections.prepare()  # before there is a row
        asked = self._asked(pack, changes)
        flight = self._depart(asked, attempt)
        sent = self._read(asked, flight, self.connections.exchange(asked.request))
        self.dialect.note_taken(asked.request, pack.role, asked.forms)
        return sent

    def _depart(self, asked: Asked, attempt: int) -> _Flight:
        """Return when the call may be sent: admitted, reserved, and a durable row."""
        try:
            ticket = self.state.admit(asked.most.total, self.stop)
        except OutageError as error:
            said = f"{error}; its last words: {self._last.message}"
            raise CallFailedError(self._last.error_class, said, is_outage=True) from None
        try:
            call, hold = self._booked(asked, attempt, self.prices)
            try:
                self.recorder.sent(call)
            except BaseException:
                self.budget.settle(hold, 0.0, 0)
                raise
        except BaseException:
            self.state.cancel(ticket)
            raise
        return _Flight(call, ticket, hold)

    def _booked(
        self, asked: Asked, attempt: int, prices: ModelPrices, *, waits: bool = True
    ) -> tuple[dict[str, Any], Hold]:
        """The row of a call, and the hold of the most that it can cost."""
        pack, most = asked.pack, asked.most
        usd = prices.cost_usd(most)
        hold = self.budget.reserve(pack.role, usd, most.total, self.stop, waits=waits)
        call: dict[str, Any] = {
            "call_id": str(uuid.uuid4()),
            "role": pack.role,
            "model": self.endpoint.model,
            "base_url": self.endpoint.base_url or "embedded",
            "question_keys": [question.key for question in pack.questions],
            "attempt": attempt,
            "reserved_usd": usd,
            "reserved_tokens": most.total,
            "prompt_bytes": asked.size.n_bytes,
            "started_at": self.recorder.now(),
        }
        return call, hold

    def _read(self, asked: Asked, flight: _Flight, wire: Wire) -> Exchange:
        """Judge what came back, settle the call, and return its reply."""
        wire, reply = reply_of(wire, self.secrets)
        failure = failure_of(asked, wire, reply, self.secrets, is_proven=self.is_proven)
        usage, flight.call["error_message"] = usage_of(asked, wire, reply)
        prices = self.prices.in_batches if flight.ticket is None else self.prices
        cost = None if usage is None else prices.cost_usd(usage)
        n_tokens = None if usage is None else usage.total
        is_unpaid = failure is not None and not wire.is_good and (
            RULES[failure.error_class].paid == "no"
        )  # fmt: skip
        if is_unpaid:
            cost, n_tokens = 0.0, 0
        self.budget.settle(flight.hold, cost, n_tokens)
        latency_ms = None
        if flight.ticket is not None:
            self._release(flight.ticket, wire, failure, n_tokens)
            latency_ms = 1000 * (time.perf_counter() - flight.began)
        flight.call.update(
            finish_reason=reply.finish_reason or None,
            raw_reply=wire.text or None,
            prompt_tokens=usage.prompt if usage else None,
            cached_tokens=usage.cached if usage else None,
            completion_tokens=usage.completion if usage else None,
            cost_usd=cost,
            latency_ms=latency_ms,
        )
        if failure is None:
            self.is_proven = True
            return Exchange(asked.pack, reply, flight.call)
        self.recorder.record(
            flight.call,
            status="error" if is_unpaid else "unknown" if usage is None else "invalid",
            error_class=failure.error_class,
            error_message=failure.message,
        )
        failure.call_id, self._last = flight.call["call_id"], failure
        raise failure

    def _release(
        self, ticket: Ticket, wire: Wire, failure: CallFailedError | None, n_tokens: int | None
    ) -> None:
        """Give back the slot of a call, with what it says of the endpoint."""
        is_slow = failure is not None and RULES[failure.error_class].is_undone
        words = failure.message if failure else ""
        self.state.release(
            ticket,
            is_healthy=not is_slow,
            n_tokens=n_tokens,
            is_heard=wire.failure is not ErrorClass.UNREACHABLE,
            is_limit=failure is not None and failure.error_class is ErrorClass.RATE_LIMIT,
            pause_s=pause_s(wire.headers, f"{words} {wire.text[:2000]}") if is_slow else None,
            rooms=rooms(wire.headers),
        )
