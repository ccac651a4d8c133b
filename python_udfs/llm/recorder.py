"""Records every call and every answer in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from python_udfs.ledger.writer import Row
from python_udfs.llm.calls import Answer
from python_udfs.llm.failures import ErrorClass

__all__ = ["Recorder", "utc_now"]


def utc_now() -> dt.datetime:
    """The time now in UTC, without a zone, as the ledger stores times."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


class _Writer(Protocol):
    def write(self, rows: Sequence[Row]) -> None: ...


class Recorder:
    """Writes a call and its answers in one transaction."""

    def __init__(
        self,
        writer: _Writer,
        invocation_id: str,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self._writer = writer
        self._invocation_id = invocation_id
        self._now = now

    def record(
        self,
        call: dict[str, Any],
        answers: Sequence[Answer] = (),
        *,
        status: str = "ok",
        error_class: ErrorClass | None = None,
        error_message: str | None = None,
    ) -> None:
        """Return when the call (a row of `llm_calls`) and its answers are durable."""
        row = call | {
            "status": status,
            "error_class": error_class,
            "error_message": error_message,
            "invocation_id": self._invocation_id,
        }
        answered_at = self._now()
        rows: list[Row] = [("llm_calls", row)]
        rows += [("llm_answers", a.row(call["call_id"], answered_at)) for a in answers]
        self._writer.write(rows)

    def quarantine(self, call: dict[str, Any], answers: Sequence[Answer]) -> None:
        """Return when the failure reasons are durable; their call is already recorded."""
        now = self._now()
        self._writer.write([("llm_answers", a.row(call["call_id"], now)) for a in answers])
