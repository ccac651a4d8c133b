"""Asks the questions of one role: through its endpoint, singly or in batches, then its fallback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any

import duckdb

from python_udfs.errors import EndpointError
from python_udfs.llm.batch_rows import open_batches
from python_udfs.llm.batch_run import BatchRun, Packs
from python_udfs.llm.batches import Batches
from python_udfs.llm.calls import Answer, Pack
from python_udfs.llm.clients import concurrency, connect
from python_udfs.llm.endpoints import Endpoint, fallback_of
from python_udfs.llm.keys import Secrets
from python_udfs.llm.learnt import dialect_of
from python_udfs.llm.outcome import Outcome, Tally
from python_udfs.llm.recorder import Recorder
from python_udfs.llm.run_state import RunState
from python_udfs.llm.runner import Runner
from python_udfs.llm.sender import Sender
from python_udfs.llm.stopping import Stop
from python_udfs.llm.wire import Connections
from python_udfs.progress import Progress
from python_udfs.settings import Environment, Runtime

__all__ = ["RoleRun", "parameters"]

_log = logging.getLogger(__name__)
# Seconds for a batch's file, of 200 MB at most.
_FILE_S = 3600.0
Tell = Callable[[Sequence[Answer]], str | None]


def parameters(settings: Runtime, role: str) -> dict[str, Any]:
    """Return what the settings add to each call of a role."""
    added = settings.request_parameters
    return {**added.get("all", {}), **added.get(role, {})}


@dataclass(frozen=True)
class RoleRun:
    """The questions of a role, or of several that share an endpoint."""

    roles: Sequence[str]
    settings: Runtime
    environment: Environment
    run: RunState
    reader: duckdb.DuckDBPyConnection
    recorder: Recorder
    packs: Packs
    n_questions: int

    def ask(self, endpoint: Endpoint, tell: Tell, *, waits: bool) -> Outcome:
        """Ask all; raises what `asking.ask` raises."""
        found = {role: fallback_of(endpoint, role, self.settings) for role in self.roles}
        fallbacks = {role: other for role, other in found.items() if other is not None}
        for other in fallbacks.values():  # one without a price is told before any call
            self.run.prices(other, self.settings)
        given_up: list[Pack] | None = [] if fallbacks else None
        try:
            outcome = self._through(
                endpoint, partial(self._all, waits=waits), self.n_questions, tell, given_up
            )
        except EndpointError as error:
            elsewhere = {role: other for role, other in fallbacks.items() if other.is_elsewhere}
            if not elsewhere:
                raise
            _log.warning("%s. The fallback goes on", error)
            outcome = self._go_on(elsewhere, given_up or [], tell)
            if len(elsewhere) < len(self.roles):
                raise
            return outcome
        for role, other in fallbacks.items():
            left = [pack for pack in given_up or () if pack.role == role]
            if left and not outcome.budget:
                second = self._through(other, _asks(left), len(left), tell, asks_again=True)
                _log.warning(
                    "role %s: %d of %d quarantined questions were answered by %s",
                    role, second.n_answered, len(left), other.model,
                )  # fmt: skip
        return outcome

    def _go_on(
        self, fallbacks: dict[str, Endpoint], given_up: Sequence[Pack], tell: Tell
    ) -> Outcome:
        """Ask what an endpoint that ended has left, but for what its batches hold."""
        outcome = Outcome()
        together: dict[Endpoint, set[str]] = {}
        for role, other in fallbacks.items():
            together.setdefault(replace(other, role=self.roles[0]), set()).add(role)
        for other, roles in together.items():
            left = chain(given_up, self.packs("batch_key is null"))
            packs = (pack for pack in left if pack.role in roles)
            if not outcome.budget:
                outcome.add(self._through(other, _asks(packs), self.n_questions, tell))
        return outcome

    def _through(
        self,
        endpoint: Endpoint,
        ask_with: Callable[[Runner], Outcome],
        n: int,
        tell: Tell,
        given_up: list[Pack] | None = None,
        *,
        asks_again: bool = False,
    ) -> Outcome:
        """What comes of asking `n` questions through one endpoint."""
        run, settings, recorder = self.run, self.settings, self.recorder
        label, left_usd = ", ".join(self.roles), partial(run.budget.left_usd, self.roles[0])
        with Progress(f"{label} ({endpoint.model})", n, left_usd=left_usd) as progress:
            sender = Sender(
                endpoint,
                Connections(lambda: connect(endpoint, settings, self.environment)),
                recorder,
                run.prices(endpoint, settings),
                run.endpoint(endpoint, settings),
                run.budget,
                dialect_of(endpoint, self.reader, recorder),
                Stop(),
                partial(parameters, settings),
                Secrets(self.environment.secrets),
            )
            tally = Tally(progress, tell, given_up)
            slots, tries = concurrency(endpoint, settings), settings.max_attempts
            try:
                again = asks_again or settings.retry_quarantined
                return ask_with(Runner(slots, sender, tally, tries, again))
            finally:
                sender.connections.close()

    def _all(self, runner: Runner, *, waits: bool) -> Outcome:
        """Ask all singly, or in batches where the settings say so or some are not collected."""
        sender, settings, roles = runner.sender, self.settings, list(self.roles)
        endpoint = sender.endpoint
        goes = not set(roles).isdisjoint(settings.batch_roles)
        if not (goes or open_batches(self.reader, endpoint, roles)):
            return runner.run(self.packs("true"))
        if goes and waits and self.run.prices(endpoint, settings).batch is None:
            _log.warning("no price of batches of %s is listed: half is counted", endpoint.model)
        patient = settings.model_copy(update={"request_timeout_s": _FILE_S})
        with connect(endpoint, patient, self.environment).client as client:
            batches = Batches(
                endpoint, client, self.recorder, roles, sender.secrets, sender.stop,
                settings.max_outage_s,
            )  # fmt: skip
            rounds = BatchRun(runner, batches, self.reader, settings)
            return rounds.run(self.packs, waits=waits)


def _asks(packs: Iterable[Pack]) -> Callable[[Runner], Outcome]:
    return lambda runner: runner.run(packs)
