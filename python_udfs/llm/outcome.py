"""What came of a run, counted in questions."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from python_udfs.llm.calls import Answer, Pack, Question
from python_udfs.llm.failures import ErrorClass
from python_udfs.progress import Progress

__all__ = ["Outcome", "Tally"]


@dataclass
class Outcome:
    """Result of a run in questions: answered, and by class quarantined or pending.

    `n_in_batches` wait in batches. `budget` is the var of the limit that ended the run; `cost_usd`
    is what its calls did cost.
    """

    n_answered: int = 0
    quarantined: Counter[ErrorClass] = field(default_factory=Counter)
    pending: Counter[ErrorClass] = field(default_factory=Counter)
    n_in_batches: int = 0
    budget: str = ""
    cost_usd: float | None = 0.0

    @property
    def n_settled(self) -> int:
        """Questions that the run has tried, or that are in batches."""
        n_given_up = self.quarantined.total() + self.pending.total()
        return self.n_answered + n_given_up + self.n_in_batches

    def add(self, other: Outcome) -> None:
        """Add what came of asking another endpoint, which may have been ended by a budget."""
        self.n_answered += other.n_answered
        self.quarantined += other.quarantined
        self.pending += other.pending
        self.budget = other.budget
        self.pay(other.cost_usd)

    def pay(self, cost_usd: float | None) -> None:
        """Count a cost; with an unknown one the sum is unknown."""
        if self.cost_usd is None or cost_usd is None:
            self.cost_usd = None
        else:
            self.cost_usd += cost_usd


@dataclass
class Tally:
    """Counts what comes of a run and shows it; thread-safe.

    `tell` returns a progress line for durable answers, or None. `given_up` gets a pack of each
    quarantined question, to ask another model.
    """

    progress: Progress
    tell: Callable[[Sequence[Answer]], str | None] = lambda _: None
    given_up: list[Pack] | None = None
    outcome: Outcome = field(default_factory=Outcome)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, answers: Sequence[Answer], call: Mapping[str, Any] | None = None) -> None:
        """Count durable answers, and what their settled `call` did cost."""
        outcome, cost = self.outcome, call["cost_usd"] if call else 0.0
        with self._lock:
            for answer in answers:
                if answer.error_class is None:
                    outcome.n_answered += 1
                else:
                    outcome.quarantined[answer.error_class] += 1
            outcome.pay(cost)
            line = self.tell(answers)
        read, written = (call["prompt_tokens"], call["completion_tokens"]) if call else (0, 0)
        self.progress.advance(len(answers), read or 0, written or 0, cost)
        if line:
            self.progress.say(line)

    def leave_open(self, pack: Pack, error_class: ErrorClass) -> None:
        """Count the questions of a pack as pending."""
        with self._lock:
            self.outcome.pending[error_class] += len(pack.questions)

    def give_up(self, pack: Pack, questions: Sequence[Question]) -> None:
        """Keep what is quarantined for another model, if there is one."""
        if self.given_up is not None:
            packs = [pack.single(question) for question in questions]
            with self._lock:
                self.given_up += packs
