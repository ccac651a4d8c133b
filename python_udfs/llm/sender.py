"""Makes one call: a slot, a reservation, a row, the request, the reply read and paid for."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from python_udfs.llm.batch_lines import Arrived
from python_udfs.llm.budget import Budget, Hold, NotAttemptedError
from python_udfs.llm.calls import Pack, Reply
from python_udfs.llm.dialect import MOST_CHANGES, Dialect, adapted, request_of
from python_udfs.llm.endpoint_state import EndpointState, OutageError, Ticket
from python_udfs.llm.endpoints import Endpoint
from python_udfs.llm.failures import RULES, ErrorClass, Policy
from python_udfs.llm.judge import CallFailedError, failure_of
from python_udfs.llm.keys import Secrets
from python_udfs.llm.pauses import pause_s, rooms
from python_udfs.llm.pricing import ModelPrices, PromptSize, TokenUsage, prompt_size
from python_udfs.llm.reading import read
from python_udfs.llm.recorder import Recorder
from python_udfs.llm.stopping import Stop
from python_udfs.llm.wire import Connection, Wire

__all__ = ["CallFailedError", "Exchange", "Sender"]

_SENT = ("max_tokens", "max_completion_tokens")


@dataclass(frozen=True)
class Exchange:
    """A reply with its row of `llm_calls`, and the pack in the form that was sent."""

    pack: Pack
    reply: Reply
    call: dict[str, Any]


@dataclass(frozen=True)
class _Asked:
    """The form of a pack that the endpoint takes, its request, and the forms behind it."""

    pack: Pack
    request: dict[str, Any]
    forms: Mapping[str, str]
    size: PromptSize

    @property
    def most(self) -> TokenUsage:
        """The most tokens that the request can use."""
        names = (name for name in _SENT if name in self.request)
        n_written = next((self.request[name] for name in names), self.pack.max_tokens)
        return TokenUsage(self.size.most_tokens, 0, n_written)


@dataclass(frozen=True)
class _Flight:
    """A call on its way; one in a batch needs no ticket of the endpoint."""

    call: dict[str, Any]
    ticket: Ticket | None
    hold: Hold
    began: float = field(default_factory=time.perf_counter)


class Sender:
    """Sends packs to one endpoint as it can take them, within the budget.

    `connect` is called once for each call in flight, first at the first call, so that a run without
    questions does not load an embedded model.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        connect: Callable[[], Connection],
        recorder: Recorder,
        prices: ModelPrices,
        state: EndpointState,
        budget: Budget,
        dialect: Dialect,
        stop: Stop,
        parameters: Callable[[str], Mapping[str, Any]],
        secrets: Secrets,
    ) -> None:
        self.endpoint = endpoint
        self.dialect = dialect
        self.state = state
        self.stop = stop
        self.secrets = secrets
        self._connect = connect
        self._connections: list[Connection] = []
        self._idle: deque[Connection] = deque()
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
            try:
                sent = self._send_once(pack, changes, attempt)
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

    def book(self, pack: Pack) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the row of a call in a batch, and its request.

        The reservation counts as spent until `land`. Raises NotAttemptedError at once if the budget
        has no room, StoppedError.
        """
        asked = self._asked(pack, {})
        call, hold = self._booked(asked, 1, self._prices.in_batches, waits=False)
        self._budget.keep(hold)
        return call, asked.request

    def land(self, pack: Pack, arrived: Arrived) -> Exchange:
        """Return the reply that a batch has brought to `pack`; raises CallFailedError."""
        call = arrived.call
        hold = self._budget.held_again(
            call["role"],
            call["reserved_usd"],
            call["reserved_tokens"],
            call["started_at"].date(),
            is_of_run=call["invocation_id"] == self._recorder.invocation_id,
        )
        flight = _Flight({"call_id": call["call_id"]}, None, hold)
        return self._read(self._asked(pack, {}), flight, arrived.wire)

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections:
            connection.client.close()

    def _is_settled(self, pack: Pack, change: Mapping[str, str]) -> bool:
        """Whether a change would mix two forms of verdicts in one role."""
        is_of_verdicts = change.get("logprobs") == "none" or change.get("top_logprobs") == "none"
        return is_of_verdicts and self.dialect.verdict_form(pack.role) == "logprobs"

    def _open(self) -> Connection:
        connection = self._connect()
        self._connections.append(connection)
        return connection

    def _exchange(self, request: dict[str, Any]) -> Wire:
        """Send a request by a connection that no other call uses."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            return connection.exchange(request)
        finally:
            self._idle.append(connection)

    def _asked(self, pack: Pack, changes: Mapping[str, str]) -> _Asked:
        form = adapted(pack, self.dialect, changes)
        forms = {**self.dialect.forms(), **changes}
        request = request_of(form, self.endpoint.model, forms, self._parameters(form.role))
        return _Asked(form, request, forms, prompt_size(request["messages"]))

    def _send_once(self, pack: Pack, changes: Mapping[str, str], attempt: int) -> Exchange:
        with self._lock:  # a model that cannot be loaded is told before there is a row
            if not self._connections:
                self._idle.append(self._open())
        asked = self._asked(pack, changes)
        flight = self._depart(asked, attempt)
        return self._read(asked, flight, self._exchange(asked.request))

    def _read(self, asked: _Asked, flight: _Flight, wire: Wire) -> Exchange:
        """Judge what came back, settle the call, and return its reply."""
        reply = read(wire.text)
        usage = reply.usage if wire.status == 200 else None
        prices = self._prices.in_batches if flight.ticket is None else self._prices
        cost = None if usage is None else prices.cost_usd(usage)
        flight.call["finish_reason"] = reply.finish_reason or None
        failure = failure_of(
            asked.pack, asked.request, asked.forms, wire, reply, self.secrets,
            is_proven=self.is_proven,
        )  # fmt: skip
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
        return Exchange(asked.pack, reply, flight.call)

    def _depart(self, asked: _Asked, attempt: int) -> _Flight:
        """Return when the call may be sent: admitted, reserved, and a durable row."""
        try:
            ticket = self.state.admit(asked.most.total, self.stop)
        except OutageError as error:
            said = f"{error}; its last words: {self._last.message}"
            raise CallFailedError(self._last.error_class, said, is_outage=True) from None
        try:
            call, hold = self._booked(asked, attempt, self._prices)
            try:
                self._recorder.sent(call)
            except BaseException:
                self._budget.settle(hold, 0.0, 0)
                raise
        except BaseException:
            self.state.cancel(ticket)
            raise
        return _Flight(call, ticket, hold)

    def _booked(
        self, asked: _Asked, attempt: int, prices: ModelPrices, *, waits: bool = True
    ) -> tuple[dict[str, Any], Hold]:
        """The row of a call, and the hold of the most that it can cost."""
        pack, most = asked.pack, asked.most
        usd = prices.cost_usd(most)
        hold = self._budget.reserve(pack.role, usd, most.total, self.stop, waits=waits)
        if isinstance(hold, str):
            raise NotAttemptedError(hold)
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
            "started_at": self._recorder.now(),
        }
        return call, hold

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
        n_tokens = 0 if is_unpaid else None if usage is None else usage.total
        self._budget.settle(flight.hold, cost, n_tokens)
        is_single = flight.ticket is not None
        if flight.ticket is not None:
            self._release(flight.ticket, wire, failure, n_tokens)
        flight.call.update(
            raw_reply=self.secrets.cut(wire.text) if wire.text else None,
            prompt_tokens=usage.prompt if usage else None,
            cached_tokens=usage.cached if usage else None,
            completion_tokens=usage.completion if usage else None,
            cost_usd=cost,
            latency_ms=1000 * (time.perf_counter() - flight.began) if is_single else None,
        )

    def _release(
        self, ticket: Ticket, wire: Wire, failure: CallFailedError | None, n_tokens: int | None
    ) -> None:
        """Give back the slot of a call, with what it says of the endpoint."""
        is_slow = failure is not None and (
            RULES[failure.error_class].policy in (Policy.WAIT, Policy.RETRY)
            and failure.error_class is not ErrorClass.EMPTY_REPLY
        )
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
