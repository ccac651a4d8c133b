"""Packs and the parts of the LLM runtime around them, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import openai
import pytest

from python_udfs.evaluators import Judged, verdict_pack
from python_udfs.generation import ItemInput, PathSpec, generation_pack
from python_udfs.ledger.writer import Row
from python_udfs.llm.admission import Admission
from python_udfs.llm.calls import Pack, Question
from python_udfs.llm.clients import connect
from python_udfs.llm.endpoints import resolve_endpoint
from python_udfs.llm.pricing import Prices
from python_udfs.llm.recorder import Recorder
from python_udfs.llm.runner import Runner
from python_udfs.llm.sender import Sender
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
        return self.of("llm_calls")

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        found = self.of("llm_answers")
        by_key = {row["question_key"]: row for row in found}
        assert len(by_key) == len(found), "a question was answered twice"
        return by_key


class Llm:
    """The parts of the runtime against the test endpoint, without pauses between attempts."""

    def __init__(
        self, endpoint: Endpoint, environment: Environment, make_settings: MakeSettings
    ) -> None:
        self.endpoint = endpoint
        self.environment = environment
        self.make_settings = make_settings
        self.rows = Rows()
        self.pauses: list[float] = []
        self.clients: list[openai.OpenAI] = []

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
        item_input = ItemInput(text, None, "text", None)
        return generation_pack(questions, specs, item_input, self.make_settings(), 0)

    def verdict(self, tag: str, item: str = "a") -> Pack:
        """The question whether `tag` fits; its key is item:tag."""
        question = Question(f"{item}:{tag}", "strict", item, tag=tag)
        return verdict_pack(Judged(question, tag, ()), TEXT, self.make_settings())

    def sender(self, role: str = "text", **changes: Any) -> Sender:
        """A sender with settings changed."""
        settings = self.make_settings(**changes)
        resolved = resolve_endpoint(role, settings, self.environment)

        def connected() -> tuple[openai.OpenAI, str]:
            client, model = connect(resolved, settings, self.environment)
            self.clients.append(client)
            return client, model

        return Sender(
            resolved,
            connected,
            Recorder(self.rows, "invocation-1"),
            Prices(settings.llm_prices),
            settings.max_attempts,
            sleep=self.pauses.append,
        )

    def runner(self, concurrency: int = 1, **changes: Any) -> Runner:
        """A runner with a sender of its own."""
        recorder = Recorder(self.rows, "invocation-1")
        progress = Progress("text", 0)
        return Runner(Admission(concurrency), self.sender(**changes), recorder, progress)


@pytest.fixture
def llm(endpoint: Endpoint, environment: Environment, make_settings: MakeSettings) -> Iterator[Llm]:
    bench = Llm(endpoint, environment, make_settings)
    yield bench
    for client in bench.clients:
        client.close()
