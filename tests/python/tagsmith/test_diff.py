"""The output of `make diff`, from two tables of a build."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tagsmith.cli import main

_TABLES = """
create table run_settings as select 'max_changed_share' as name, '0.3' as value;
create table item_changes as
    select 'parasite' as item_id, 'Parasite' as title, true as is_served, false as is_removed,
        1 as n_tags_in, 1 as n_tags_out, 2 as n_tags_moved, true as is_changed
    union all select 'oldboy', 'Oldboy', true, false, 0, 0, 2, false
    union all select 'same', 'Same', true, false, 0, 0, 0, false
    union all select 'gone', null, true, true, 0, 1, 0, true
    union all select 'new', 'New' || chr(27), false, false, 1, 0, 0, false;
create table item_tag_changes as select * from (values
    ('parasite', 'stairs', 'in', null, 3), ('parasite', 'rain', 'out', 2, null),
    ('parasite', 'family', 'moved', 4, 1), ('oldboy', 'revenge', 'moved', 2, 1),
    ('gone', 'sea', 'out', 1, null), ('new', 'heist', 'in', null, 1)
) as t (item_id, tag, change_kind, rank_before, rank_after);
"""


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "warehouse.duckdb"
    monkeypatch.setenv("TAGSMITH_WAREHOUSE", str(path))
    return path


def test_each_item_with_what_comes_goes_and_moves_and_what_the_gate_says(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(warehouse) as connection:
        connection.execute(_TABLES)
    assert main(["diff"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "removed  gone: -sea",
        "changed  Oldboy (oldboy): ~revenge 2>1",
        "changed  Parasite (parasite): +stairs; ~family 4>1; -rain",
        "new      New  (new): +heist",
        "4 items are served: 1 would go, 1 gain or lose tags (50.0% together; the gate allows "
        "30%), 1 only reorder; 1 come new",
    ]
    assert main(["diff", "oldboy"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("changed  Oldboy")


def test_without_a_build_the_remedy_is_said(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff"]) == 1
    assert "make build" in capsys.readouterr().err
