"""Packs and the parts of the LLM runtime around them, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from python_udfs.evaluators import Judged, verdict_pack
from python_udfs.generation import ItemInput, PathSpec, generation_pack
from python_udfs.ledger.writer import Row
from python_udfs.llm.budget import Budget, Purse
from python_udfs.llm.calls import Pack, Question
from python_udfs.llm.clients import connect
from python_udfs.llm.dialect import Dialect
from python_udfs.llm.endpoint_state import EndpointState, Limits
from python_udfs.llm.endpoints import resolve_endpoint
from python_udfs.llm.keys import Secrets
from python_udfs.llm.outcome import Tally
from python_udfs.llm.pricing import prices_of
from python_udfs.llm.recorder import Recorder, utc_now
from python_udfs.llm.role_run import parameters
from python_udfs.llm.runner import Runner
from python_udfs.llm.sender import Sender
from python_udfs.llm.stopping import Stop
from python_udfs.llm.wire import Connections
from python_udfs.progress import Progress
from python_udfs.settings import Environment
from tests.python.conftest import MakeSettings
from tests.python.endpoint import Endpoint

TEXT = "Title: Night Ferry\nSummary: A lighthouse keeper hides a smuggler from the police."


class Rows:
    """A writer that keeps its rows in memory."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def write(self, rows: Sequence[Row]) -> None:
        self.rows.extend(rows)

    def of(self, table: str) -> list[dict[str, Any]]:
        return [values for name, values in self.rows if name == table]

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The calls that were settled, in their order; each was written before it was sent."""
        sent: list[str] = []
        settled = []
        for row in self.of("llm_calls"):
            if row["status"] == "sent":
                sent.append(row["call_id"])
            else:
                assert row["call_id"] in sent, "a call was sent before it was written"
                settled.append(row)
        return settled

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        found = self.of("llm_answers")
        by_key = {row["question_key"]: row for row in found}
        assert len(by_key) == len(found), "a question was answered twice"
        return by_key


class Llm:
    """The parts of the runtime against the test endpoint, with short pauses."""

    def __init__(
        self, endpoint: Endpoint, environment: Environment, make_settings: MakeSettings
    ) -> None:
        self.endpoint = endpoint
        self.environment = environment
        self.make_settings = make_settings
        self.rows = Rows()
        self.stop = Stop()
        self.purses: list[Purse] = []
        self.dialect = Dialect({})
        self.concurrency = 1
        self.first_pause_s = 0.005
        self.senders: list[Sender] = []

    def pack(self, *categories: str, item: str = "a", text: str = TEXT) -> Pack:
        """A generation pack of the categories named; a question's key is item:category."""
        paths = [f"text:{category}" for category in categories]
        specs = {
            path: PathSpec(path, category, f"Give {category} tags.", 3, ())
            for path, category in zip(paths, categories, strict=True)
        }
        questions = [
            Question(f"{item}:{category}", "text", item, path=path)
            for path, category in zip(paths, categories, strict=True)
        ]
        item_input = ItemInput(text, text, None, "text", None)
        return generation_pack(questions, specs, item_input, self.make_settings(), 0)

    def verdict(self, tag: str, item: str = "a") -> Pack:
        """The question whether `tag` fits; its key is item:tag."""
        question = Question(f"{item}:{tag}", "strict", item, tag=tag)
        return verdict_pack(Judged(question, tag, ()), TEXT, self.make_settings())

    def sender(self, role: str = "text", **changes: Any) -> Sender:
        """A sender with settings changed."""
        settings = self.make_settings(max_concurrency=self.concurrency, **changes)
        resolved = resolve_endpoint(role, settings, self.environment)
        limits = Limits(
            self.concurrency,
            settings.requests_per_minute,
            settings.tokens_per_minute,
            settings.max_outage_s,
            self.first_pause_s,
        )
        sender = Sender(
            resolved,
            Connections(lambda: connect(resolved, settings, self.environment)),
            Recorder(self.rows, "invocation-1"),
            prices_of(settings.llm_prices, resolved.model, resolved.base_url),
            EndpointState(limits),
            Budget(self.purses, lambda: utc_now().date()),
            self.dialect,
            self.stop,
            lambda of: parameters(settings, of),
            Secrets(self.environment.secrets),
        )
        self.senders.append(sender)
        return sender

    def runner(self, concurrency: int = 1, **changes: Any) -> Runner:
        """A runner with a sender of its own."""
        self.concurrency = concurrency
        attempts = self.make_settings(**changes).max_attempts
        return Runner(concurrency, self.sender(**changes), Tally(Progress("text", 0)), attempts)


@pytest.fixture
def llm(endpoint: Endpoint, environment: Environment, make_settings: MakeSettings) -> Iterator[Llm]:
    bench = Llm(endpoint, environment, make_settings)
    yield bench
    for sender in bench.senders:
        sender.connections.close()
