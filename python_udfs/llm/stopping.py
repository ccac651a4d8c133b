"""Ends the dispatch of calls at once when a run is interrupted.

dbt runs models in worker threads, which never see Ctrl-C; the plugin installs the handlers in the
main thread before the first model.
"""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType

__all__ = ["INTERRUPTED", "Stop", "StoppedError", "watch_signals"]

INTERRUPTED = threading.Event()


class StoppedError(Exception):
    """The run was interrupted, or ended by a failure: nothing more may be sent."""


class Stop:
    """Whether one run of calls must end: by itself, or since the process is interrupted."""

    # How long a waiting thread may take to notice.
    poll_s = 0.2

    def __init__(self) -> None:
        self._own = threading.Event()

    def set(self) -> None:
        """End this run."""
        self._own.set()

    @property
    def is_set(self) -> bool:
        """True once nothing more may be sent."""
        return self._own.is_set() or INTERRUPTED.is_set()

    def check(self) -> None:
        """Raise StoppedError if the run must end."""
        if self.is_set:
            raise StoppedError

    def wait(self, seconds: float) -> None:
        """Return after some seconds; raises StoppedError if the run must end before."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, self.poll_s))


def watch_signals() -> None:
    """Note SIGINT and SIGTERM before their handlers run; does nothing outside the main thread.

    SIGTERM then ends a run as Ctrl-C does: it would kill the process before calls are settled.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    before = signal.getsignal(signal.SIGINT)

    def stop(number: int, frame: FrameType | None) -> None:
        INTERRUPTED.set()
        if callable(before):
            before(number, frame)
        else:
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        if getattr(signal.getsignal(number), "__name__", "") != "stop":
            signal.signal(number, stop)
