"""What `tagsmith retry` says before it builds again."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tagsmith import retry as retry_module
from tagsmith.cli import main

_FAILURES = """
create table question_failures as select * from (values
    ('text', 'quarantined', 'refusal', 0.25, 'I cannot', timestamp '2026-01-01'),
    ('text', 'quarantined', 'refusal', 0.5, 'No' || chr(27), timestamp '2026-01-02'),
    ('strict', 'pending', null, null, null, null)
) as t (role, status, error_class, cost_usd, last_error_message, last_attempt_at)
"""


class Built:
    """A fake dbt that keeps what it was called with."""

    def __init__(self) -> None:
        self.settings: dict[str, object] = {}
        self.arguments: tuple[str, ...] = ()

    def build(self, *arguments: str) -> int:
        self.arguments = arguments
        return 3


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Built:
    built = Built()

    def dbt(settings: dict[str, object]) -> object:
        built.settings = settings
        return built.build

    monkeypatch.setattr(retry_module, "Dbt", dbt)
    return built


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "warehouse.duckdb"
    monkeypatch.setenv("TAGSMITH_WAREHOUSE", str(path))
    with duckdb.connect(path) as connection:
        connection.execute(_FAILURES)
    return path


def test_what_failed_is_listed_and_asked_again_with_the_vars_of_the_build(
    warehouse: Path, built: Built, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["retry", "--vars", "{alpha: 0.8}", "--threads", "2"]) == 3
    assert built.settings == {"alpha": 0.8, "retry_quarantined": True}
    assert built.arguments == ("build", "--threads", "2")
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["role", "status", "class", "questions", "USD", "last", "words"],
        ["strict", "pending", "-", "1", "-", "-"],
        ["text", "quarantined", "refusal", "2", "0.7500", "No"],
    ]


def test_where_nothing_is_missing_nothing_is_built(
    warehouse: Path, built: Built, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(warehouse) as connection:
        connection.execute("delete from question_failures")
    assert main(["retry"]) == 0
    assert "nothing to ask again" in capsys.readouterr().out
    assert built.arguments == ()


@pytest.mark.parametrize("is_first", [True, False])
def test_what_a_gate_left_is_listed_before_there_is_a_table_of_failures(
    is_first: bool, warehouse: Path, built: Built, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failed gate ends the build before that table, which is missing or of a build before."""
    with duckdb.connect(warehouse) as connection:
        connection.execute(
            "drop table question_failures" if is_first else "truncate question_failures"
        )
        connection.execute(
            "create table int_generation_answers as select 'text:mood' as path, * from (values "
            "('quarantined', 'refusal'), ('answered', null)) as t (status, error_class)"
        )
    assert main(["retry"]) == 3
    assert built.settings == {"retry_quarantined": True}
    assert "text quarantined refusal 1 - -" in " ".join(capsys.readouterr().out.split())
