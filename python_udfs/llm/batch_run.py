"""Asks packs in batches: collects what has ended, sends what no batch holds, waits, begins again.

The ledger alone says what is in flight, so a batch of a killed build is collected as any other.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice

import duckdb

from python_udfs.errors import EndpointError, InterruptedRunError
from python_udfs.llm.batch_lines import Arrived, drafts
from python_udfs.llm.batch_rows import Batch, arrived_of, open_batches
from python_udfs.llm.batches import ENDED, Batches, UnreadableError
from python_udfs.llm.budget import NotAttemptedError
from python_udfs.llm.calls import Pack, unasked_pack
from python_udfs.llm.judge import CallFailedError
from python_udfs.llm.outcome import Outcome
from python_udfs.llm.runner import Runner
from python_udfs.llm.stopping import StoppedError
from python_udfs.llm.tasks import Task
from python_udfs.progress import Progress
from python_udfs.settings import Runtime

__all__ = ["BatchRun", "Packs"]

Packs = Callable[[str], Iterable[Pack]]
"""The packs of the unanswered questions that a condition on batch_key (SQL) chooses."""

_log = logging.getLogger(__name__)
_FIRST_POLL_S, _LONGEST_POLL_S = 1.0, 60.0
# Collections in a row without an answer that end the run.
_MOST_FRUITLESS = 2


@dataclass
class BatchRun:
    """The batches of one run for some roles at one endpoint."""

    runner: Runner
    batches: Batches
    reader: duckdb.DuckDBPyConnection
    settings: Runtime
    # Roles whose first call has gone singly.
    tried: set[str] = field(default_factory=set)
    # The endpoint's words for batches whose replies it does not give: a later run tries again.
    unread: dict[str, str] = field(default_factory=dict)

    def run(self, packs: Packs, *, waits: bool) -> Outcome:
        """Ask until all is answered or given up, or the time is over: the rest is in batches.

        Without `waits` it takes what is ready. Raises EndpointError if batches are refused or bring
        nothing, InterruptedRunError; the endpoint goes on with batches in both cases.
        """
        outcome = self.runner.tally.outcome
        ends = time.monotonic() + (60 * self.settings.batch_wait_minutes if waits else 0)
        n_fruitless = 0
        try:
            for batch in self._open():
                self.batches.poll(batch)
            while True:
                n_before, outcome.budget = outcome.n_settled, ""
                ended = [batch for batch in self._awaited() if batch.status in ENDED]
                for batch in ended:
                    self._collect(batch, packs)
                is_fruitless = bool(ended) and outcome.n_settled == n_before
                # Too much at once may be the reason; then others must end first.
                if not (is_fruitless and self._awaited()):
                    n_fruitless = n_fruitless + 1 if is_fruitless else 0
                    if n_fruitless == _MOST_FRUITLESS:
                        last = ended[-1]
                        said = self.unread.get(last.key) or last.said or last.status
                        raise self.batches.failed(said)
                    self._send(packs)
                if not self._awaited() or not self._wait(ends):
                    break
        except StoppedError:
            raise InterruptedRunError(
                "the run was interrupted; its batches go on, and the next build collects them"
            ) from None
        left = self._open()
        outcome.n_in_batches = sum(batch.n_questions for batch in left)
        if left:
            _log.warning(
                "role %s: %d questions are pending (in batches: %d); build again to collect them",
                self.batches.label, outcome.n_in_batches, len(left),
            )  # fmt: skip
        return outcome

    def _open(self) -> list[Batch]:
        return open_batches(self.reader, self.batches.endpoint, self.batches.roles)

    def _awaited(self) -> list[Batch]:
        return [batch for batch in self._open() if batch.key not in self.unread]

    def _collect(self, batch: Batch, packs: Packs) -> None:
        """Read the replies of an ended batch as those of single calls, and settle all of them."""
        if batch.status != "completed":
            _log.warning(
                "role %s: batch %s is %s (%s); what it lacks is asked again",
                self.batches.label, batch.batch_id, batch.status, batch.said or "no words",
            )  # fmt: skip
        try:
            arrived = arrived_of(self.reader, batch, self.batches.replies(batch))
        except UnreadableError as error:
            self.unread[batch.key] = str(error)
            _log.warning(
                "role %s: batch %s has replies that cannot be read (%s); it stays open, and the "
                "next build tries again", self.batches.label, batch.batch_id, error,
            )  # fmt: skip
            return

        def tasks() -> Iterator[Task]:
            for pack in packs(f"batch_key = '{batch.key}'"):
                if pack.flight in arrived:
                    yield Task(pack, arrived=arrived.pop(pack.flight))

        try:
            self.runner.run(tasks(), is_landing=True)
        except EndpointError:
            # What would end the next run as well; good replies wait for it.
            for left in [one for one in arrived.values() if one.wire.status != 200]:
                self._settle(left)
            raise
        for left in arrived.values():
            self._settle(left)
        self.batches.close(batch)

    def _settle(self, arrived: Arrived) -> None:
        """Settle a call whose questions are asked no longer: its money counts, nobody reads it."""
        with suppress(CallFailedError):  # which has been recorded
            landed = self.runner.sender.land(unasked_pack(arrived.call), arrived)
            self.batches.recorder.record(landed.call)

    def _send(self, packs: Packs) -> None:
        """Ask what no batch holds: a role's first call and a few calls singly, others in batches.

        What the budget has no room for is left.
        """
        keys = ", ".join(f"'{batch.key}'" for batch in self._open()) or "''"
        fresh = iter(packs(f"batch_key is null or batch_key not in ({keys})"))
        settings, outcome = self.settings, self.runner.tally.outcome
        if set(self.batches.roles).isdisjoint(settings.batch_roles):
            self.runner.run(fresh)
            return
        first = list(islice(fresh, settings.batch_min_calls))
        if len(first) < settings.batch_min_calls:
            self.runner.run(first)
            return
        most = settings.batch_max_requests, settings.batch_max_bytes
        try:
            for draft in drafts(self._others(chain(first, fresh)), self.runner.sender.book, *most):
                self.batches.create(draft)
        except NotAttemptedError as spent:
            outcome.budget = str(spent)

    def _others(self, packs: Iterable[Pack]) -> Iterator[Pack]:
        """Yield the packs without the first of each role, which goes alone."""
        for pack in packs:
            if self.runner.tally.outcome.budget:
                return
            if pack.role in self.tried:
                yield pack
            else:
                self.tried.add(pack.role)
                self.runner.run([pack])

    def _wait(self, ends: float) -> bool:
        """Return True once a batch has ended, False if the time is over before."""
        if time.monotonic() >= ends:
            return False
        batches = self._awaited()
        label = f"batches of {self.batches.label}"
        n_before, pause, is_told = 0, _FIRST_POLL_S, False
        with Progress(label, sum(batch.n_requests for batch in batches), "calls") as progress:
            while (left := ends - time.monotonic()) > 0:
                self.batches.stop.wait(min(pause, left))
                pause = min(1.5 * pause, _LONGEST_POLL_S)
                for batch in batches:
                    self.batches.poll(batch)
                batches = self._awaited()
                if not is_told and any(batch.n_done is None for batch in batches):
                    is_told = True
                    _log.warning("%s: the endpoint does not say how far they are", label)
                n_done = sum(batch.n_done or 0 for batch in batches)
                progress.advance(n_done - n_before)
                n_before = n_done
                if any(batch.status in ENDED for batch in batches):
                    return True
        return False
