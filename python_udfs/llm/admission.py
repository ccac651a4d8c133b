"""Decides when a call may go."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from python_udfs.llm.calls import Pack

__all__ = ["Admission"]


class Admission:
    """Lets at most `concurrency` calls be on their way at once.

    This is the place where budgets and rate limits will decide; they need to see the pack.
    """

    def __init__(self, concurrency: int) -> None:
        self.concurrency = concurrency
        self._slots = threading.BoundedSemaphore(concurrency)

    @contextmanager
    def admit(self, pack: Pack) -> Iterator[None]:
        """Wait until `pack` may go; the slot is free again when the block ends."""
        with self._slots:
            yield
