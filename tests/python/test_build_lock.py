"""One build at a time: the second waits or stops; a killed one leaves no lock."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from python_udfs.build_lock import acquire_build_lock, build_lock, release_build_lock
from python_udfs.errors import LedgerError, LockedError, SettingError
from tests.python.conftest import ROOT

_HOLD = """
import sys, time
from pathlib import Path
from python_udfs.build_lock import acquire_build_lock
acquire_build_lock(Path(sys.argv[1]), "stop")
print("held", flush=True)
time.sleep(60)
"""


@contextmanager
def held_by_another(ledger: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _HOLD, str(ledger)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


def test_the_second_stops_and_names_the_first(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.duckdb"
    with held_by_another(ledger) as other:
        with pytest.raises(LockedError, match=rf"process {other.pid}\) uses .*WHEN_LOCKED=wait"):
            acquire_build_lock(ledger, "stop")
        with pytest.raises(LockedError, match=r"still uses .* after 0\.2 s"):
            acquire_build_lock(ledger, "wait", timeout_s=0.2)
    # The other was killed: its lock is gone with it.
    with build_lock(ledger, "stop"):
        pass


def test_the_second_waits_until_the_first_has_ended(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.duckdb"
    with held_by_another(ledger) as other:
        threading.Timer(0.5, other.kill).start()
        with build_lock(ledger, "wait", timeout_s=300):
            assert other.wait(60) != 0


def test_one_process_takes_its_lock_once(tmp_path: Path) -> None:
    ledger = tmp_path / "folder" / "ledger.duckdb"
    with build_lock(ledger, "stop"):
        acquire_build_lock(ledger, "stop")


def test_another_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="allowed: wait, stop"):
        acquire_build_lock(tmp_path / "ledger.duckdb", "ask")


def test_a_folder_that_cannot_be_written_is_named_with_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        LedgerError, match=r"file/ledger\.duckdb cannot be written: .*TAGSMITH_LEDGER"
    ):
        acquire_build_lock(tmp_path / "file" / "ledger.duckdb", "stop")


def test_a_released_lock_is_free_for_others_and_releasing_twice_is_safe(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.duckdb"
    acquire_build_lock(ledger, "stop")
    release_build_lock(ledger)
    release_build_lock(ledger)
    with held_by_another(ledger):
        pass
