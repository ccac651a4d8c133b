"""Progress of long work: a bar in a terminal, an occasional line elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TextIO

from tqdm import tqdm

__all__ = ["Progress"]

_LINE_EVERY_S = 30.0
# Lines about single items: all of them from a slow model, some of them from a fast one.
_SAY_EVERY_S = 1.0


class Progress:
    """Counts completed work with rate, time left, tokens, cost and failures; thread-safe.

    A context manager. `unit` is a plural. `left_usd` returns what a budget leaves, None without
    one.
    """

    def __init__(
        self,
        label: str,
        total: int,
        unit: str = "questions",
        stream: TextIO | None = None,
        left_usd: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._label, self._total, self._unit = label, total, unit
        self._done = self._prompt_tokens = self._completion_tokens = 0
        self._cost_usd = 0.0
        self._left_usd = left_usd
        self._failures: Counter[str] = Counter()
        self._start = self._last_line = time.monotonic()
        self._last_said = -_SAY_EVERY_S
        self._lock = threading.Lock()
        self._bar: Any = None
        if self._stream.isatty() and total:
            self._bar = tqdm(total=total, desc=label, unit=unit, file=self._stream, leave=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()
        elif self._total:
            self._line()

    def advance(
        self,
        done: int,
        prompt_tokens: int = 0,
        completion_tokens: int = 0,
        cost_usd: float | None = 0.0,
    ) -> None:
        """Add completed work with its tokens and cost."""
        with self._lock:
            self._done += done
            self._prompt_tokens += prompt_tokens
            self._completion_tokens += completion_tokens
            self._cost_usd += cost_usd or 0.0
            if self._bar is not None:
                self._bar.set_postfix_str(self._spent(), refresh=False)
                self._bar.update(done)
            elif time.monotonic() - self._last_line >= _LINE_EVERY_S:
                self._line()

    def failed(self, error_class: str) -> None:
        """Count a call that gave no answer, or not all of them."""
        with self._lock:
            self._failures[error_class] += 1

    def say(self, line: str) -> None:
        """Write a line about completed work, unless one was written just before."""
        with self._lock:
            if time.monotonic() - self._last_said < _SAY_EVERY_S:
                return
            self._last_said = time.monotonic()
            if self._bar is not None:
                self._bar.write(line, file=self._stream)
            else:
                self._stream.write(f"{line}\n")
                self._stream.flush()

    def _spent(self) -> str:
        parts = []
        if self._prompt_tokens:
            left = self._left_usd()
            parts = [
                f"{self._prompt_tokens:,} + {self._completion_tokens:,} tokens",
                f"{self._cost_usd:.4f} USD" + ("" if left is None else f" ({left:.4f} left)"),
            ]
        if self._failures:
            counts = (f"{n:,} {name}" for name, n in self._failures.most_common())
            parts.append(f"failed calls: {', '.join(counts)}")
        return ", ".join(parts)

    def _line(self) -> None:
        self._last_line = time.monotonic()
        elapsed = max(self._last_line - self._start, 1e-9)
        rate = self._done / elapsed
        left = (self._total - self._done) / rate if rate else float("inf")
        spent = self._spent()
        self._stream.write(
            f"{self._label}: {self._done:,}/{self._total:,} {self._unit}, {rate:.2f}/s, "
            f"{left:.0f} s left{', ' if spent else ''}{spent}\n"
        )
        self._stream.flush()
