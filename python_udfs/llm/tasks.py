"""The packs of a run as tasks of worker threads: what is next, set aside, or left at a stop."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from python_udfs.errors import InterruptedRunError
from python_udfs.llm.batch_lines import Arrived
from python_udfs.llm.calls import Pack
from python_udfs.llm.stopping import Stop, StoppedError

__all__ = ["Task", "Tasks"]

# How long calls in flight may take to be settled once the run must end.
_GRACE_S = 6.0


@dataclass(frozen=True)
class Task:
    """A pack to ask, with the calls and tries it has had; `is_last` in the pass at the end.

    `arrived` is what a batch has brought for it.
    """

    pack: Pack
    n_calls: int = 0
    tries: int = 0
    n_waits: int = 0
    is_last: bool = False
    arrived: Arrived | None = None


class Tasks:
    """Hands out the tasks of a run, one at a time until `widen` is called."""

    def __init__(self, packs: Iterable[Pack | Task], stop: Stop) -> None:
        self._source = iter(packs)
        self._stop = stop
        self._changed = threading.Condition()
        self._queue: deque[Task] = deque()
        self._aside: deque[Task] = deque()
        self._is_exhausted = self._is_ended = self._goes_wide = False
        self._n_active = 0
        self._error: BaseException | None = None

    def work(self, ask: Callable[[Task], None], n_threads: int) -> None:
        """Run `ask` on every task; returns when none is left, or the run is to end.

        Raises the first error of `ask`, and InterruptedRunError. Threads that are still in a call
        after some seconds are left alone: their rows in the ledger say `sent`.
        """
        threads = [
            threading.Thread(target=self._work, args=(ask,), name=f"llm-{n}", daemon=True)
            for n in range(n_threads)
        ]
        for thread in threads:
            thread.start()
        ends = float("inf")
        for thread in threads:
            while thread.is_alive() and time.monotonic() < ends:
                thread.join(self._stop.poll_s)
                if self._stop.is_set:
                    ends = min(ends, time.monotonic() + _GRACE_S)
        if self._error is not None:
            raise self._error
        if self._stop.is_set:
            raise InterruptedRunError(
                "the run was interrupted; no further call was sent, all answers are kept, and "
                f"{self._n_active} calls without a reply count as spent"
            )

    def again(self, tasks: Iterable[Task]) -> None:
        """Ask these next."""
        with self._changed:
            self._queue.extend(tasks)
            self._changed.notify_all()

    def set_aside(self, task: Task) -> None:
        """Ask this one after all others."""
        with self._changed:
            self._aside.append(task)

    def widen(self) -> None:
        """Let all threads work: a call has passed."""
        if not self._goes_wide:
            with self._changed:
                self._goes_wide = True
                self._changed.notify_all()

    def end(self) -> None:
        """Hand out no more tasks."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()

    def _work(self, ask: Callable[[Task], None]) -> None:
        while (task := self._next()) is not None:
            try:
                ask(task)
            except StoppedError:
                self.end()
            except BaseException as error:
                self._error = self._error or error
                self._stop.set()
                self.end()
            with self._changed:
                self._n_active -= 1
                if not self._goes_wide or self._is_ended or self._n_active == 0:
                    self._changed.notify_all()

    def _next(self) -> Task | None:
        with self._changed:
            while not (self._is_ended or self._stop.is_set):
                if self._goes_wide or self._n_active == 0:
                    try:
                        task = self._take()
                    except BaseException as error:
                        self._error = self._error or error
                        self._stop.set()
                        break
                    if task is not None:
                        self._n_active += 1
                        return task
                    if self._n_active == 0:
                        break
                self._changed.wait(self._stop.poll_s)
            self._changed.notify_all()
            return None

    def _take(self) -> Task | None:
        if self._queue:
            return self._queue.popleft()
        if not self._is_exhausted:
            pack = next(self._source, None)
            if pack is not None:
                return pack if isinstance(pack, Task) else Task(pack)
            self._is_exhausted = True
        if self._n_active == 0 and self._aside:
            self._goes_wide = False
            self._queue, self._aside = self._aside, deque()
            return self._queue.popleft()
        return None
