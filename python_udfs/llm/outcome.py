"""What came of a run, counted in questions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from python_udfs.llm.failures import ErrorClass

__all__ = ["Outcome"]


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
