"""Tells a failure of every call from one of a single item, before anything is given up."""

from __future__ import annotations

import threading

from python_udfs.llm.classify import signature
from python_udfs.llm.failures import RULES, Policy
from python_udfs.llm.judge import CallFailedError
from python_udfs.llm.tasks import Task

__all__ = ["Systematic"]

# Equal failures in a row, without an answer between, that end a run: at its start or if they are of
# the setup, and once the endpoint has given answers (then as many as can be in flight at once, at
# least).
_AT_THE_START, _LATER = 5, 10

_Held = tuple[Task, CallFailedError]


class Systematic:
    """Holds failures back until another call passes, or some have failed alike; thread-safe."""

    def __init__(self, concurrency: int) -> None:
        self.is_proven = False
        self._later = max(_LATER, 2 * concurrency)
        self._held: list[_Held] = []
        self._alike = self._useless = 0
        self._signature = ""
        self._lock = threading.Lock()

    def hold(self, task: Task, failure: CallFailedError) -> bool:
        """Hold a failure; True if the run must stop."""
        with self._lock:
            # Those of the setup are alike whatever they say: no call passes.
            is_of_setup = RULES[failure.error_class].policy is Policy.STOP
            found = Policy.STOP if is_of_setup else signature(failure.error_class, failure.message)
            self._alike = self._alike + 1 if found == self._signature else 1
            self._signature = found
            self._held.append((task, failure))
            is_later = self.is_proven and not is_of_setup
            return self._alike >= (self._later if is_later else _AT_THE_START)

    def note_useless(self) -> bool:
        """Count a paid reply without any answer; True if there were too many in a row."""
        with self._lock:
            self._useless += 1
            return self._useless >= 2 * self._later

    def note_answer(self) -> list[_Held]:
        """Return what was held: a call has passed, so it is about its own items."""
        with self._lock:
            self.is_proven, self._alike, self._useless = True, 0, 0
            held, self._held = self._held, []
            return held

    def end(self) -> list[_Held]:
        """Return what is still held when no task is left."""
        with self._lock:
            held, self._held = self._held, []
            return held
