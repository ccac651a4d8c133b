"""Where a build cannot write is said before it opens a file, in one sentence."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from python_udfs.dbt_plugin import Plugin
from python_udfs.errors import PlaceError
from python_udfs.writable import check_database, check_folder, register

PLACE = ("the warehouse", "TAGSMITH_WAREHOUSE")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """A DuckDB file."""
    duckdb.connect(tmp_path / "films.duckdb").close()
    return tmp_path / "films.duckdb"


def test_a_database_and_what_may_become_one_are_writable_and_nothing_is_made(films: Path) -> None:
    before = films.read_bytes()
    (films.parent / "empty.duckdb").touch()
    for name in (films.name, "empty.duckdb", "new.duckdb", "new/folder/new.duckdb"):
        check_database(films.parent / name, *PLACE)
    check_folder(films.parent / "new" / "published", *PLACE)
    assert films.read_bytes() == before
    assert {one.name for one in films.parent.iterdir()} == {"films.duckdb", "empty.duckdb"}


def test_other_places_are_named_with_what_to_set(films: Path) -> None:
    text = films.with_name("notes.txt")
    text.write_text("no database")
    for path, problem in (
        (text / "films.duckdb", f"{text} is no folder"),
        (text / "new" / "films.duckdb", f"{text} is no folder"),
        (films.parent, "it is a folder"),
        (text, "it is no DuckDB file"),
    ):
        with pytest.raises(PlaceError) as found:
            check_database(path, *PLACE)
        assert str(found.value) == (
            f"the warehouse {path} cannot be written: {problem}; set TAGSMITH_WAREHOUSE to a "
            "writable place"
        )
    with pytest.raises(PlaceError, match=r"notes\.txt is no folder"):
        check_folder(text, *PLACE)


def test_rights_that_a_user_lacks_are_named(films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    denied = {films}
    real = os.access
    # Root may write everything, so the system is not asked.
    monkeypatch.setattr(
        "python_udfs.writable.os.access",
        lambda path, mode: real(path, mode) and (mode == os.F_OK or path not in denied),
    )
    with pytest.raises(PlaceError, match="cannot be written: this user lacks the right; set"):
        check_database(films, *PLACE)
    denied.add(films.parent)
    for name in ("new.duckdb", "new/folder/new.duckdb"):
        with pytest.raises(PlaceError, match=f"lacks the right to write the folder {films.parent}"):
            check_database(films.parent / name, *PLACE)


def test_sql_asks_about_the_published_folder(films: Path) -> None:
    with duckdb.connect() as connection:
        register(connection)
        said = [
            connection.execute("select publish_problem(?)", [str(path)]).fetchall()[0][0]
            for path in (films.with_name("published"), films / "published")
        ]
    assert said[0] == ""
    assert said[1].endswith("is no folder; set TAGSMITH_PUBLISH_DIR to a writable place")


def test_the_plugin_asks_before_dbt_opens_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("python_udfs.running_dbt.project_folder", lambda: tmp_path)
    (tmp_path / "file").touch()

    def opens(warehouse: str, *ledgers: str) -> None:
        attached = [SimpleNamespace(alias="ledger", path=one, type=None) for one in ledgers]
        credentials = SimpleNamespace(path=warehouse, attach=attached)
        Plugin("tagsmith", {}).update_connection_config(credentials, {})

    with pytest.raises(PlaceError, match=r"the warehouse .*/file/w\.duckdb .*TAGSMITH_WAREHOUSE"):
        opens("file/w.duckdb", "ledger.duckdb")
    with pytest.raises(PlaceError, match=r"the ledger .*/file/l\.duckdb .*TAGSMITH_LEDGER"):
        opens(":memory:", "file/l.duckdb")
    opens("new/folder/w.duckdb")
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["folder"]
