"""What all roles of one run share: the budget, the clock, and a state for each endpoint."""

from __future__ import annotations

import logging
import threading

import duckdb

from python_udfs.errors import SettingError
from python_udfs.llm.budget import Budget, budget_of
from python_udfs.llm.clients import concurrency
from python_udfs.llm.endpoint_state import EndpointState, Limits
from python_udfs.llm.endpoints import Endpoint
from python_udfs.llm.pricing import ModelPrices, prices_of
from python_udfs.llm.recorder import LedgerClock, utc_now
from python_udfs.settings import Runtime

__all__ = ["RunState", "forget_runs", "state_of_run"]

_log = logging.getLogger(__name__)
_runs: dict[str, RunState] = {}
_lock = threading.Lock()


class RunState:
    """The shared parts of a run; dbt's models are modules of their own, this package is one."""

    def __init__(
        self, settings: Runtime, reader: duckdb.DuckDBPyConnection, invocation_id: str
    ) -> None:
        ((newest,),) = reader.execute(
            "select max(started_at) from ledger.main.llm_calls"
        ).fetchall()
        self.clock, now = LedgerClock(newest), utc_now()
        if newest and newest.date() > now.date():
            _log.warning(
                "the ledger's newest call is dated %s, after today: until then calls are dated so, "
                "and share its budgets of a day. If the clock was wrong then and is right now: "
                "update llm_calls set started_at = '%s' where started_at > '%s'",
                newest.date(), now, now,
            )  # fmt: skip
        self.budget: Budget = budget_of(settings, reader, invocation_id, self.clock)
        self._endpoints: dict[str, EndpointState] = {}

    def prices(self, endpoint: Endpoint, settings: Runtime) -> ModelPrices:
        """Return the price of an endpoint's model.

        Raises SettingError if it is not known and a budget in US dollars is set.
        """
        prices = prices_of(settings.llm_prices, endpoint.model, endpoint.base_url)
        if self.budget.needs_prices and not prices.is_known:
            raise SettingError(
                f"role {endpoint.role}: a budget in US dollars is set, but no price of the model "
                f"{endpoint.model} is known; add it to the seed model_prices or the var llm_prices "
                "as [USD per million prompt, cached, completion tokens], or limit tokens "
                "(budget_run_tokens, budget_day_tokens)"
            )
        return prices

    def endpoint(self, endpoint: Endpoint, settings: Runtime) -> EndpointState:
        """Return the state of an endpoint, the same one for all of its roles."""
        with _lock:
            state = self._endpoints.get(endpoint.base_url)
            if state is None:
                state = self._endpoints[endpoint.base_url] = EndpointState(
                    Limits(
                        concurrency(endpoint, settings),
                        settings.requests_per_minute,
                        settings.tokens_per_minute,
                        settings.max_outage_s,
                    )
                )
        state.begin()
        return state


def state_of_run(
    settings: Runtime, reader: duckdb.DuckDBPyConnection, invocation_id: str
) -> RunState:
    """Return the state of a run; a new run ends that of the one before."""
    with _lock:
        state = _runs.get(invocation_id)
        if state is None:
            _runs.clear()
            state = _runs[invocation_id] = RunState(settings, reader, invocation_id)
        return state


def forget_runs() -> None:
    """Begin anew, as in a new process."""
    with _lock:
        _runs.clear()
