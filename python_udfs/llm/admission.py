"""Decides when a call may go."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from python_udfs.llm.calls import Pack

__all__ = ["Admission"]


class Admission:
    """Limits the calls in flight to `concurrency`.

    Budgets and rate limits will be decided here; they need to see the pack.
    """

    def __init__(self, concurrency: int) -> None:
        self.concurrency = concurrency
        self._slots = threading.BoundedSemaphore(concurrency)

    @contextmanager
    def admit(self, pack: Pack) -> Iterator[None]:
        """Wait until `pack` may be sent; the slot is released when the block ends."""
        with self._slots:
            yield
