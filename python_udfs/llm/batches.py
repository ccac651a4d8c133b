"""The batches of an endpoint, each a row of `llm_batches` before anything of it is sent.

A kill may come at any moment. Without the endpoint's id a batch is looked for by its key, which it
carries as metadata: it is found there, or was never created and costs nothing.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import openai
from openai.types import Batch as Found

from python_udfs.errors import EndpointError
from python_udfs.llm.batch_lines import URL, Draft, replies_of
from python_udfs.llm.batch_rows import Batch
from python_udfs.llm.endpoints import Endpoint
from python_udfs.llm.failures import RULES, ErrorClass
from python_udfs.llm.keys import Secrets
from python_udfs.llm.recorder import Recorder
from python_udfs.llm.stopping import Stop
from python_udfs.llm.wire import Wire

__all__ = ["ENDED", "Batches", "UnreadableError"]

ENDED = ("completed", "failed", "expired", "cancelled", "never_created", "lost")
_KEY = "tagsmith_batch"
# The completion window, and as long again for replies that cannot be read.
_DEADLINE = dt.timedelta(hours=48)
# Seconds for a request about a batch.
_REQUEST_S = 60.0
# Batches of the account, the newest first, among which one without an id is sought.
_NEWEST = 1000
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0
T = TypeVar("T")
_PASSING = (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError)


class UnreadableError(Exception):
    """Replies of a batch were computed, and the endpoint does not give them."""


@dataclass
class Batches:
    """Sends, finds and reads the batches of some roles, through the endpoint's own client."""

    endpoint: Endpoint
    client: openai.OpenAI
    recorder: Recorder
    roles: Sequence[str]
    secrets: Secrets
    stop: Stop
    max_outage_s: float

    @property
    def label(self) -> str:
        """The names of the roles."""
        return ", ".join(self.roles)

    def create(self, draft: Draft) -> None:
        """Send a draft as a batch; the rows of its calls are durable before.

        Raises EndpointError if the endpoint refuses it or is away for too long, StoppedError.
        """
        key, calls = str(uuid.uuid4()), [call for call, _ in draft]
        row = {
            "batch_key": key,
            "role": self.label,
            "model": self.endpoint.model,
            "base_url": self.endpoint.base_url,
            "status": "prepared",
            "n_requests": len(calls),
            "created_at": self.recorder.now(),
            "invocation_id": self.recorder.invocation_id,
        }
        sent = {"status": "sent", "batch_key": key, "invocation_id": self.recorder.invocation_id}
        self.recorder.batch(row, [call | sent for call in calls])
        try:
            name, content = _file_name(key), b"".join(line for _, line in draft)
            file = self._patiently(
                lambda: self.client.files.create(file=(name, content), purpose="batch")
            )
            self._note(key, status="uploaded", input_file_id=file.id)
            found = self._patiently(self._made, key, file.id, again=self._sought_or_made)
            self._note(key, status=found.status, batch_id=found.id)
        except openai.APIError as error:
            said = self.secrets.said(str(error))
            unpaid = {"status": "error", "error_class": ErrorClass.BATCH_ENDED, "cost_usd": 0.0}
            settled = [{"call_id": c["call_id"], "error_message": said, **unpaid} for c in calls]
            ended = {"status": "refused", "said": said, "collected_at": self.recorder.now()}
            self.recorder.batch({"batch_key": key, **ended}, settled)
            raise self.failed(said) from None

    def poll(self, batch: Batch) -> str:
        """Note the state of a batch in the ledger, and return its status.

        Raises EndpointError if the endpoint is away for too long, StoppedError.
        """
        try:
            found = self._patiently(
                lambda: (
                    self.client.batches.retrieve(batch.batch_id, timeout=_REQUEST_S)
                    if batch.batch_id
                    else self._sought(batch.key, batch.input_file_id)
                )
            )
        except openai.NotFoundError:
            found = None
        except openai.APIError as error:
            raise self.failed(self.secrets.said(str(error))) from None
        if found is None:
            status = "lost" if batch.batch_id else "never_created"
            file_id = batch.input_file_id or self._file_left(batch.key)
            self._note(batch.key, status=status, input_file_id=file_id)
            return status
        counts, told = found.request_counts, (found.errors and found.errors.data) or []
        self._note(
            batch.key,
            status=found.status,
            batch_id=found.id,
            input_file_id=found.input_file_id,
            output_file_id=found.output_file_id,
            error_file_id=found.error_file_id,
            said=self.secrets.said("; ".join(f"{e.code}: {e.message}" for e in told)) or None,
            n_completed=counts.completed if counts else None,
            n_failed=counts.failed if counts else None,
        )
        return found.status

    def replies(self, batch: Batch) -> dict[str, Wire]:
        """Return what an ended batch has brought, by call.

        Raises UnreadableError if the endpoint counts completed calls and gives none of them, until
        the deadline.
        """
        found = {}
        for name in filter(None, (batch.output_file_id, batch.error_file_id)):
            try:
                found[name] = self._patiently(self.client.files.content, name).read()
            except openai.NotFoundError:
                continue
            except openai.APIError as error:
                raise self.failed(self.secrets.said(str(error))) from None
        output, lines = found.get(batch.output_file_id or "", b""), replies_of(found.values())
        is_paid = batch.n_completed and not replies_of([output])
        if batch.n_completed is None and batch.status == "completed":
            is_paid = not lines
        is_overdue = self.recorder.now() - batch.created_at > _DEADLINE
        if is_paid and batch.status != "lost" and not is_overdue:
            said = self.secrets.said(output.decode(errors="replace"))
            raise UnreadableError(said or "there is no output file")
        return lines

    def close(self, batch: Batch) -> None:
        """Note that all replies are in the ledger, and delete the files at the endpoint."""
        self._note(batch.key, collected_at=self.recorder.now())
        files = (batch.input_file_id, batch.output_file_id, batch.error_file_id)
        for name in filter(None, files):
            with suppress(openai.APIError):
                self.client.files.delete(name, timeout=_REQUEST_S)

    def failed(self, said: str) -> EndpointError:
        """The error that ends a run whose batches do not work."""
        where = f"model {self.endpoint.model} at {self.endpoint.base_url}"
        return EndpointError(
            f"role {self.label}, {where}: batches: {said}; {RULES[ErrorClass.BATCH_ENDED].remedy}"
        )

    def _made(self, key: str, file_id: str) -> Found:
        return self.client.batches.create(
            input_file_id=file_id,
            endpoint=URL,
            completion_window="24h",
            metadata={_KEY: key},
        )

    def _sought_or_made(self, key: str, file_id: str) -> Found:
        """The batch of a file; one whose reply was lost is not made again."""
        return self._sought(key, file_id) or self._made(key, file_id)

    def _sought(self, key: str, file_id: str | None) -> Found | None:
        """The batch with our key or file, among the newest of the account."""
        for found in islice(self.client.batches.list(limit=100, timeout=_REQUEST_S), _NEWEST):
            if found.input_file_id == file_id or (found.metadata or {}).get(_KEY) == key:
                return found
        return None

    def _file_left(self, key: str) -> str | None:
        """The file of a batch that a kill left between its upload and the note of it."""
        with suppress(openai.APIError):
            for file in islice(self.client.files.list(purpose="batch"), _NEWEST):
                if file.filename == _file_name(key):
                    return file.id
        return None

    def _patiently(
        self, request: Callable[..., T], *values: str, again: Callable[..., T] | None = None
    ) -> T:
        """Return what a request gives, repeated (by `again`) while the endpoint is away."""
        ends, pause = time.monotonic() + self.max_outage_s, _FIRST_PAUSE_S
        while True:
            try:
                return request(*values)
            except _PASSING as error:
                if time.monotonic() > ends:
                    raise self.failed(self.secrets.said(str(error))) from None
            self.stop.wait(pause)
            request, pause = again or request, min(2 * pause, _LONGEST_PAUSE_S)

    def _note(self, key: str, **columns: Any) -> None:
        self.recorder.batch({"batch_key": key, **columns})


def _file_name(key: str) -> str:
    return f"tagsmith-{key}.jsonl"
