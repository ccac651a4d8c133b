"""Rollback, hold and resume; the history follows the served version."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from python_udfs.errors import PublicationError
from python_udfs.publishing import (
    PublishedFolder,
    current_decisions,
    current_features,
    current_hold,
    publish,
    resume,
    roll_back,
    served_features,
    write_history,
)
from tests.python.conftest import MakeSettings

_NOON = dt.datetime(2026, 3, 1, 12, 0, 0)
_DAY = dt.timedelta(days=1)


def tables(tag: str, *, items: str = "'a', 'b'", vector: bool = True) -> dict[str, str]:
    with_vector = ", [0.6, 0.8]::float[] as tag_vector" if vector else ""
    return {
        "item_features": f"select unnest([{items}]) as item_id, ['{tag}'] as tags, "
        f"'[\"{tag}\"]'::json as tags_json, sha256('{tag}') as content_hash{with_vector}",
        "item_tags": f"select unnest([{items}]) as item_id, 1 as rank, '{tag}' as tag",
        "item_tombstones": "select 'gone' as item_id, timestamp '2026-01-01' as first_seen_at",
        "tag_decisions": f"select unnest([{items}]) as item_id, 'raw' as tag, 'selected' as "
        f"outcome, 'why' as reason, 'novel' as status, true as is_lenient_yes, "
        f"false as is_strict_yes, '{tag}' as selected_as",
    }


class Store:
    """A ledger and a folder; each night publishes one tag for all items."""

    def __init__(
        self, ledger: duckdb.DuckDBPyConnection, make_settings: MakeSettings, root: Path
    ) -> None:
        self.ledger = ledger
        self.folder = PublishedFolder(root)
        self._make_settings = make_settings

    def night(
        self, day: int, tag: str, catalogue: str = "own", **changes: Any
    ) -> duckdb.DuckDBPyRelation:
        settings = self._make_settings(publish_dir=str(self.folder.root), catalogue=catalogue)
        now = _NOON + day * _DAY
        return publish(
            self.ledger, settings, "run", tables(tag, **changes), {}, True, now=lambda: now
        )

    def served(self, publications: duckdb.DuckDBPyRelation) -> list[tuple[Any, ...]]:
        """item_id, is_deleted, tags, published_at of the served version."""
        rows = served_features(
            self.ledger, tables("x")["item_features"], publications, str(self.folder.root)
        )
        return sorted(rows.select("item_id, is_deleted, tags, published_at").fetchall())

    def current_tags(self) -> set[str]:
        file = self.folder.root / "current" / "item_tags.parquet"
        return {t for (t,) in duckdb.connect().execute(f"select tag from '{file}'").fetchall()}


@pytest.fixture
def store(ledger: duckdb.DuckDBPyConnection, make_settings: MakeSettings, tmp_path: Path) -> Store:
    return Store(ledger, make_settings, tmp_path / "published")


def test_a_rollback_serves_the_version_before_and_holds_until_it_is_resumed(store: Store) -> None:
    store.night(0, "good")
    store.night(1, "bad")
    version = roll_back(store.ledger, store.folder, None, _NOON + 1.5 * _DAY)
    assert store.current_tags() == {"good"}

    held = store.night(2, "bad")
    assert store.current_tags() == {"good"}
    assert held.filter("is_current").select("version, is_of_this_build").fetchall() == [
        (version, False)
    ]
    since = _NOON + 1.5 * _DAY
    assert store.served(held) == [
        ("a", False, ["good"], since), ("b", False, ["good"], since), ("gone", True, None, since),
    ]  # fmt: skip

    resume(store.ledger, _NOON + 2.5 * _DAY)
    mended = store.night(3, "mended")
    assert store.current_tags() == {"mended"}
    assert mended.filter("is_current").select("is_of_this_build").fetchall() == [(True,)]


def test_the_same_features_after_a_rollback_are_a_new_version_with_its_own_time(
    store: Store,
) -> None:
    store.night(0, "good")
    store.night(1, "bad")
    roll_back(store.ledger, store.folder, None, _NOON + 1.5 * _DAY)
    resume(store.ledger, _NOON + 1.6 * _DAY)
    again = store.night(2, "bad")
    assert store.current_tags() == {"bad"}
    assert len(again) == 3
    ((_, _, _, since), *_) = store.served(again)
    assert since == _NOON + 2 * _DAY
    # And from then on nothing is published again.
    assert len(store.night(3, "bad")) == 3


def test_a_rollback_killed_before_the_switch_is_finished_by_the_next_build(store: Store) -> None:
    store.night(0, "good")
    store.night(1, "bad")
    first, second = store.folder.versions()
    roll_back(store.ledger, store.folder, None, _NOON + 1.5 * _DAY)
    store.folder.switch(second)
    store.night(2, "bad")
    assert store.current_tags() == {"good"}
    assert (store.folder.root / "current").readlink() == Path(first)


def test_versions_that_are_not_there_are_refused_and_nothing_is_held(store: Store) -> None:
    with pytest.raises(PublicationError, match="no version before"):
        roll_back(store.ledger, store.folder, None, _NOON)
    store.night(0, "good")
    with pytest.raises(PublicationError, match="no version before"):
        roll_back(store.ledger, store.folder, None, _NOON)
    with pytest.raises(PublicationError, match="no version 2019; kept versions: 2026"):
        roll_back(store.ledger, store.folder, "2019", _NOON)
    with pytest.raises(PublicationError, match="no version 2019"):
        store.folder.switch("2019")
    assert current_hold(store.ledger) is None
    with pytest.raises(PublicationError, match="nothing to resume"):
        resume(store.ledger, _NOON)


def test_an_older_version_without_a_column_is_served_with_nulls(store: Store) -> None:
    store.night(0, "good", vector=False)
    rows = served_features(
        store.ledger, tables("x")["item_features"], store.night(0, "good", vector=False),
        str(store.folder.root),
    )  # fmt: skip
    assert rows.filter("not is_deleted").select("tag_vector").fetchall() == [(None,)] * 2


def test_nothing_is_served_before_the_first_publication(
    store: Store, make_settings: MakeSettings
) -> None:
    settings = make_settings(publish_dir=str(store.folder.root))
    none = publish(store.ledger, settings, "run", tables("x"), {}, is_tested=False)
    assert store.served(none) == []
    root = str(store.folder.root)
    for read in (current_features, current_decisions):
        assert read(store.ledger, root, "own").fetchall() == []


def test_what_is_compared_is_what_current_holds_of_the_same_catalogue(store: Store) -> None:
    store.night(0, "good")
    root = str(store.folder.root)
    assert sorted(current_features(store.ledger, root, "own").fetchall()) == [
        ("a", ["good"]), ("b", ["good"]),
    ]  # fmt: skip
    decisions = current_decisions(store.ledger, root, "own")
    assert sorted(decisions.fetchall()) == [
        (item, "raw", "selected", "novel", True, False, "good") for item in ("a", "b")
    ]
    # A build of the sample, say in a shell without .env, would remove all of it: gates must see.
    assert len(current_features(store.ledger, root, "sample")) == 2
    manifest = json.loads((store.folder.root / "current/manifest.json").read_text())
    assert (manifest["catalogue"], manifest["invocation_id"]) == ("own", "run")


def test_a_catalogue_of_ones_own_is_not_compared_with_the_sample(store: Store) -> None:
    store.night(0, "good", catalogue="sample")
    root = str(store.folder.root)
    for read in (current_features, current_decisions):
        assert len(read(store.ledger, root, "sample")) == 2
        none = read(store.ledger, root, "own")
        assert none.fetchall() == []
        assert none.columns == read(store.ledger, root, "sample").columns


def test_what_a_killed_writer_left_stops_no_switch(store: Store) -> None:
    store.night(0, "good")
    store.night(1, "bad")
    (store.folder.root / ".current.partial").symlink_to("nowhere")
    roll_back(store.ledger, store.folder, None, _NOON + 1.5 * _DAY)
    assert store.current_tags() == {"good"}


def test_a_switch_that_the_file_system_refuses_names_the_remedy(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.night(0, "good")
    store.night(1, "bad")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "symlink_to", full)
    with pytest.raises(PublicationError, match=r"No space left.*then try again"):
        roll_back(store.ledger, store.folder, None, _NOON + 1.5 * _DAY)
    assert store.current_tags() == {"bad"}


Written = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def write(ledger: duckdb.DuckDBPyConnection, tmp_path: Path) -> Written:
    def written(n_rows: int, *, is_written: bool = True) -> list[tuple[Any, ...]]:
        history = (
            "select 'i' || i as item_id, i = 0 as is_deleted, 'h' as content_hash, "
            "timestamp '2026-03-01' as dbt_valid_from, "
            f"timestamp '2026-03-01' as published_at from range({n_rows}) t (i)"
        )
        return write_history(ledger, history, str(tmp_path), is_written=is_written).fetchall()

    return written


def test_the_history_file_is_replaced_whole(write: Written, tmp_path: Path) -> None:
    file = tmp_path / "history" / "item_features_history.parquet"
    assert write(0) == []
    assert write(3, is_written=False) == []
    assert not file.exists()
    assert write(3) == [(str(file), 3, 3, dt.datetime(2026, 3, 1))]
    assert write(5) == [(str(file), 5, 5, dt.datetime(2026, 3, 1))]
    assert duckdb.connect().execute(f"select count(*) from '{file}'").fetchall() == [(5,)]
    hashes = duckdb.connect().execute(f"select is_deleted, content_hash from '{file}'").fetchall()
    assert set(hashes) == {(True, None), (False, "h")}
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_history_that_cannot_be_written_leaves_the_old_one(
    write: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(3)

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("python_udfs.publishing.history.sync", full)
    with pytest.raises(PublicationError, match="No space left"):
        write(5)
    file = tmp_path / "history" / "item_features_history.parquet"
    assert duckdb.connect().execute(f"select count(*) from '{file}'").fetchall() == [(3,)]
    assert [path.name for path in file.parent.iterdir()] == [file.name]
