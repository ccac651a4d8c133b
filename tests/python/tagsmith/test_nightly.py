"""`tagsmith nightly`: steps after a failed one, files kept, and exit status."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tagsmith.nightly import night

_ALL = ["nightly", "online", "operations"]


class Commands:
    """Fake commands that record their calls and exit with a set status."""

    def __init__(self, **statuses: int) -> None:
        self.statuses = statuses
        self.steps: list[str] = []
        self.writes_results = True

    def run(self, *, is_first: bool = True) -> int:
        return night(self.dbt, self.online, is_first=is_first)

    def dbt(self, arguments: Sequence[str]) -> int:
        step = arguments[-1]
        if self.writes_results:
            Path("target").mkdir(exist_ok=True)
            Path("target/run_results.json").write_text(step)
        return self._took(step)

    def online(self) -> int:
        return self._took("online")

    def _took(self, step: str) -> int:
        self.steps.append(step)
        return self.statuses.get(step, 0)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def results() -> str | None:
    """The step whose results are kept for the night, None without any."""
    kept = Path("target/nightly_run_results.json")
    return kept.read_text() if kept.exists() else None


def test_a_good_night_takes_every_step_and_keeps_the_results_of_its_build() -> None:
    commands = Commands()
    assert commands.run() == 0
    assert commands.steps == _ALL
    assert results() == "nightly"


@pytest.mark.parametrize(
    ("failing", "status"),
    [
        ({"nightly": 3}, 3),
        ({"nightly": 3, "online": 1, "operations": 4}, 3),
        ({"online": 1, "operations": 4}, 1),
        ({"operations": 4}, 4),
    ],
)
def test_a_step_that_fails_stops_no_other_and_the_first_status_is_the_nights(
    failing: dict[str, int], status: int
) -> None:
    commands = Commands(**failing)
    assert commands.run() == status
    assert commands.steps == _ALL
    assert results() == "nightly"


@pytest.mark.parametrize("status", [0, 1])
def test_the_history_of_a_killed_build_is_caught_up_with_first(status: int) -> None:
    commands = Commands(served=status)
    assert commands.run(is_first=False) == 0
    assert commands.steps == ["served", *_ALL]
    assert results() == "nightly"


def test_a_build_that_wrote_no_results_keeps_none_of_an_older_one() -> None:
    Commands().run()
    later = Commands(nightly=2)
    later.writes_results = False
    assert later.run() == 2
    assert later.steps == _ALL
    assert results() is None
