"""Records every call in the ledger, before it is sent and when it has ended, with its answers."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from python_udfs.ledger.writer import Row
from python_udfs.llm.calls import Answer
from python_udfs.llm.failures import ErrorClass

__all__ = ["LedgerClock", "Recorder", "utc_now"]

# With these, a call that is sent has the columns of one that is settled, and both go into the
# ledger by one statement.
_UNSETTLED = dict.fromkeys((
    "finish_reason", "raw_reply", "prompt_tokens", "cached_tokens", "completion_tokens",
    "cost_usd", "latency_ms", "error_class", "error_message",
))  # fmt: skip


def utc_now() -> dt.datetime:
    """The time now in UTC, without a zone, as the ledger stores times."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


class LedgerClock:
    """The time in UTC, never before the newest call of the ledger.

    With a clock that was set back, calls would fall on a day whose budget is spent already.
    """

    def __init__(
        self, newest: dt.datetime | None, clock: Callable[[], dt.datetime] = utc_now
    ) -> None:
        self._newest = newest or dt.datetime.min
        self._clock = clock
        self._lock = threading.Lock()

    def __call__(self) -> dt.datetime:
        """Return the time now."""
        with self._lock:
            self._newest = max(self._newest, self._clock())
            return self._newest


class _Writer(Protocol):
    def write(self, rows: Sequence[Row]) -> None: ...


class Recorder:
    """Writes calls and their answers; each write returns when it is durable."""

    def __init__(
        self,
        writer: _Writer,
        invocation_id: str,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self._writer = writer
        self.invocation_id = invocation_id
        self.now = now

    def sent(self, call: dict[str, Any]) -> None:
        """Write the row of a call that may be sent once this returns."""
        row = _UNSETTLED | call | {"status": "sent", "invocation_id": self.invocation_id}
        self._writer.write([("llm_calls", row)])

    def record(
        self,
        call: dict[str, Any],
        answers: Sequence[Answer] = (),
        *,
        status: str = "ok",
        error_class: ErrorClass | None = None,
        error_message: str | None = None,
    ) -> None:
        """Settle a call, with its answers in the same transaction."""
        row = call | {
            "status": status,
            "error_class": error_class,
            "error_message": error_message or call.get("error_message"),
            "invocation_id": self.invocation_id,
        }
        answered_at = self.now()
        rows: list[Row] = [("llm_calls", row)]
        rows += [("llm_answers", a.row(call["call_id"], answered_at)) for a in answers]
        self._writer.write(rows)

    def batch(self, batch: dict[str, Any], calls: Sequence[dict[str, Any]] = ()) -> None:
        """Write columns of a batch, with those of its calls in the same transaction."""
        rows: list[Row] = [("llm_batches", batch)]
        self._writer.write(rows + [("llm_calls", call) for call in calls])

    def quarantine(self, call_id: str, answers: Sequence[Answer]) -> None:
        """Write the failure reasons; their call is already recorded."""
        now = self.now()
        self._writer.write([("llm_answers", a.row(call_id, now)) for a in answers])

    def learnt(self, base_url: str, model: str, feature: str, form: str, said: str) -> None:
        """Write what was learnt of an endpoint."""
        row = {
            "base_url": base_url,
            "model": model,
            "feature": feature,
            "form": form,
            "said": said,
            "learnt_at": self.now(),
        }
        self._writer.write([("llm_dialects", row)])

    def stopped(self, role: str, budget: str, n_questions: int, expected_usd: float | None) -> None:
        """Write that a budget ended a role before all of its questions were asked."""
        row = {
            "invocation_id": self.invocation_id,
            "role": role,
            "budget": budget,
            "n_questions": n_questions,
            "expected_usd": expected_usd,
            "stopped_at": self.now(),
        }
        self._writer.write([("llm_budget_stops", row)])
