"""One build at a time on a ledger: the second waits for the first, or stops with a message.

DuckDB locks its files too, but fails with a traceback and does not wait for an attached file. The
process holds the lock, so a killed build leaves none; the plugin releases it when a run ends.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from python_udfs.errors import LedgerError, LockedError, SettingError

__all__ = ["acquire_build_lock", "build_lock", "release_build_lock"]

_log = logging.getLogger(__name__)
_held: dict[Path, FileLock] = {}
_WAYS = ("wait", "stop")


def _path(ledger: Path) -> Path:
    return ledger.resolve().with_name(ledger.name + ".lock")


def acquire_build_lock(ledger: Path, when_locked: str, timeout_s: float = 3600) -> None:
    """Lock `ledger` for this process until it ends or releases it; return when the lock is held.

    `when_locked` is wait (at most `timeout_s` seconds) or stop. Raises LockedError if another
    process has it, LedgerError if its folder is read-only, SettingError for another word.
    """
    if when_locked not in _WAYS:
        raise SettingError(f"when_locked is {when_locked!r}; allowed: {', '.join(_WAYS)}")
    path = _path(ledger)
    if path in _held:
        return
    lock = FileLock(path, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        holder = _holder(path)
        if when_locked == "stop":
            raise LockedError(
                f"another build ({holder}) uses {ledger}; start this one when it has ended, "
                "or let it wait with TAGSMITH_WHEN_LOCKED=wait"
            ) from None
        _log.warning("another build (%s) uses %s: waiting for it", holder, ledger)
        try:
            lock.acquire(timeout=timeout_s)
        except Timeout:
            raise LockedError(
                f"another build ({_holder(path)}) still uses {ledger} after {timeout_s:g} s; "
                "check whether it hangs, or wait longer with TAGSMITH_LOCK_TIMEOUT_S"
            ) from None
    except OSError as error:
        raise LedgerError(
            f"the ledger {ledger} cannot be written: {error.strerror}; set TAGSMITH_LEDGER (and "
            "TAGSMITH_WAREHOUSE, TAGSMITH_PUBLISH_DIR) to writable places"
        ) from error
    path.write_text(f"process {os.getpid()}", encoding="utf-8")
    _held[path] = lock


def release_build_lock(ledger: Path) -> None:
    """Let other processes build on `ledger`; does nothing if this one has no lock."""
    lock = _held.pop(_path(ledger), None)
    if lock is not None:
        lock.release()


@contextmanager
def build_lock(ledger: Path, when_locked: str, timeout_s: float = 3600) -> Iterator[None]:
    """Hold the lock of `acquire_build_lock` for a block."""
    acquire_build_lock(ledger, when_locked, timeout_s)
    try:
        yield
    finally:
        release_build_lock(ledger)


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") or "of unknown process"
    except OSError:
        return "of unknown process"
