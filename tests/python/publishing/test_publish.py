"""Publishing: files written, cases without a version, and state after a failure or kill."""

from __future__ import annotations

import datetime as dt
import errno
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from python_udfs.errors import PublicationError
from python_udfs.publishing import PublishedFolder, content, folder, publish
from tests.python.conftest import ROOT, MakeSettings

Publish = Callable[..., list[dict[str, Any]]]
_PROMPTS = {"evaluate": "0" * 64}
_NOON = dt.datetime(2026, 3, 1, 12, 0, 0)


def tables(score: float = 0.5, generated_at: str = "2026-01-01", items: int = 3) -> dict[str, str]:
    """SQL of small published tables by name."""
    item_features = """
        select 'i' || i as item_id, 'T' as title, date '{generated_at}' as generated_at,
            '1' as pipeline_version
        from range({items}) as t (i)
    """
    item_tags = """
        select 'i' || i as item_id, 1 as rank, 'heist' as tag, {score}::double as score,
            [{{'path': 'text:mood'}}] as provenance
        from range({items}) as t (i)
    """
    return {
        "item_features": item_features.format(generated_at=generated_at, items=items),
        "item_tags": item_tags.format(score=score, items=items),
        "item_tombstones": "select 'gone' as item_id, timestamp '2026-01-01' as first_seen_at",
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture
def run(ledger: duckdb.DuckDBPyConnection, make_settings: MakeSettings, root: Path) -> Publish:
    """Publish with the ledger and folder of the test; returns the rows of the model."""

    def published(
        sql: dict[str, str] | None = None,
        *,
        is_tested: bool = True,
        now: dt.datetime = _NOON,
        kept: str = "",
        **changes: Any,
    ) -> list[dict[str, Any]]:
        settings = make_settings(publish_dir=str(root), **changes)
        result = publish(
            ledger, settings, "invocation", sql or tables(), _PROMPTS, is_tested, lambda: now, kept
        )
        return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]

    return published


def versions(root: Path) -> list[str]:
    return sorted(p.name for p in root.iterdir() if not p.is_symlink())


def tags_of(root: Path) -> list[tuple[Any, ...]]:
    file = root / "current" / "item_tags.parquet"
    query = f"select item_id, tag, score from '{file}'"
    return duckdb.connect().execute(query).fetchall()


def test_a_version_holds_every_table_and_a_manifest_and_current_names_it(
    run: Publish, root: Path
) -> None:
    (row,) = run()
    assert row["version"] == f"20260301T120000000Z-{row['content_hash'][:8]}"
    assert (row["n_items"], row["n_tags"], row["published_at"]) == (3, 3, _NOON)
    assert row["is_current"] and row["is_of_this_build"]
    assert (root / "current").readlink() == Path(row["version"])
    manifest = json.loads((root / "current" / "manifest.json").read_text())
    assert manifest["version"]["version"] == row["version"]
    assert {name: t["n_rows"] for name, t in manifest["tables"].items()} == {
        "item_features": 3,
        "item_tags": 3,
        "item_tombstones": 1,
    }
    assert tags_of(root) == [("i0", "heist", 0.5), ("i1", "heist", 0.5), ("i2", "heist", 0.5)]
    assert versions(root) == [row["version"]]


def test_unchanged_content_is_not_published_again(run: Publish, root: Path) -> None:
    first = run()
    again = run(now=_NOON + dt.timedelta(days=1))
    dated = run(tables(generated_at="2026-02-02"), now=_NOON + dt.timedelta(days=2))
    assert first == again == dated
    assert len(versions(root)) == 1


def test_the_hash_knows_content_and_not_the_order_of_rows(
    ledger: duckdb.DuckDBPyConnection,
) -> None:
    rows = ["select 'a' as item_id, 1 as x", "select 'a', 2", "select 'b', 1"]
    hashes = {
        content.content_hash(ledger, {"t": " union all ".join(order)})
        for order in (rows, [rows[0], rows[2], rows[1]])
    }
    assert len(hashes) == 1
    assert content.content_hash(ledger, {"t": " union all ".join(rows[:2])}) not in hashes
    assert content.content_hash(ledger, {"u": " union all ".join(rows)}) not in hashes


def test_changed_content_is_a_later_version_even_if_the_clock_went_back(
    run: Publish, root: Path
) -> None:
    run()
    first, second = run(tables(score=0.6), now=_NOON - dt.timedelta(hours=1))
    assert second["published_at"] == first["published_at"] + dt.timedelta(milliseconds=1)
    assert [first["is_current"], second["is_current"]] == [False, True]
    assert versions(root) == [first["version"], second["version"]]
    assert tags_of(root)[0] == ("i0", "heist", 0.6)
    # Content of an earlier version is a new version as well: it is served from then on.
    third = run(now=_NOON)[-1]
    assert third["content_hash"] == first["content_hash"]
    assert third["version"] > second["version"]


def test_kept_items_stay_as_they_are_published_and_say_that_they_are_incomplete(
    run: Publish, root: Path
) -> None:
    kept = "select 'i1' as item_id"
    run()
    with_flag = tables(score=0.6)
    # The served version is of a release that had neither the flag nor a field of a struct.
    with_flag["item_features"] = (
        f"select *, true as is_complete from ({with_flag['item_features']})"
    )
    with_flag["item_tags"] = (
        f"select * replace ([{{'path': 'text:mood', 'model': 'm'}}] as provenance) "
        f"from ({with_flag['item_tags']})"
    )
    row = run(with_flag, kept=kept)[-1]
    assert row["is_of_this_build"] and row["n_items"] == 3
    assert tags_of(root) == [("i0", "heist", 0.6), ("i1", "heist", 0.5), ("i2", "heist", 0.6)]
    flags = f"select item_id, is_complete from '{root}/current/item_features.parquet'"
    assert duckdb.connect().execute(flags).fetchall() == [("i0", True), ("i1", False), ("i2", True)]
    # The same again is no new version; with its answers the item is published anew.
    assert len(run(with_flag, kept=kept)) == 2
    assert len(run(with_flag, kept="select 'i1' as item_id where false")) == 3
    assert tags_of(root)[1] == ("i1", "heist", 0.6)


def test_old_versions_go_and_what_is_no_version_stays(run: Publish, root: Path) -> None:
    root.mkdir()
    (root / "notes").mkdir()
    (root / ".20260101T000000000Z-00000000.partial").mkdir()
    for i in range(5):
        rows = run(
            tables(score=i / 10), now=_NOON + dt.timedelta(hours=i), published_versions_kept=2
        )
    assert versions(root) == [rows[3]["version"], rows[4]["version"], "notes"]
    assert len(rows) == 5


def test_the_current_version_is_kept_whatever_its_age(run: Publish, root: Path) -> None:
    (row,) = run()
    (root / "29991231T000000000Z-00000000").mkdir()
    run(published_versions_kept=1)
    assert row["version"] in versions(root)


@pytest.mark.parametrize("changes", [{"is_tested": False}, {"is_empty": True}])
def test_without_gates_or_without_data_nothing_is_published(
    run: Publish, root: Path, changes: dict[str, Any]
) -> None:
    assert run(**changes) == []
    assert not root.exists()
    run()
    (row,) = run(tables(score=0.9), **changes)
    assert row["is_current"] and not row["is_of_this_build"]
    assert tags_of(root)[0] == ("i0", "heist", 0.5)


def test_a_lost_or_damaged_folder_is_written_again_under_its_version(
    run: Publish, root: Path
) -> None:
    first = run()
    (root / "current" / "item_tags.parquet").write_bytes(b"damaged")
    assert run(now=_NOON + dt.timedelta(days=1)) == first
    assert len(tags_of(root)) == 3
    (root / "current").unlink()
    assert run(now=_NOON + dt.timedelta(days=1)) == first
    assert versions(root) == [first[0]["version"]]


def test_a_build_killed_before_the_ledger_heard_of_its_version_is_caught_up(
    run: Publish, root: Path, ledger: duckdb.DuckDBPyConnection
) -> None:
    first = run()
    ledger.execute("delete from ledger.main.publications")
    assert run(now=_NOON + dt.timedelta(days=1)) == first


def test_a_full_disk_leaves_current_and_the_ledger_as_they_were(
    run: Publish, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run()

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(folder, "sync", full)
        with pytest.raises(PublicationError, match=r"No space left.*TAGSMITH_PUBLISH_DIR"):
            run(tables(score=0.9))
    assert versions(root) == [first[0]["version"]]
    assert tags_of(root)[0] == ("i0", "heist", 0.5)
    assert run(is_tested=False) == first


def test_a_file_with_other_rows_than_its_table_is_not_switched_to(
    run: Publish, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run()
    sql = tables(score=0.9)
    # A table with another number of rows at each read simulates a truncated file.
    sql["item_tombstones"] = (
        "select 'gone' as item_id, 1 as x from range((random() * 1e5)::bigint) as t (i)"
    )
    with pytest.raises(PublicationError, match=r"item_tombstones\.parquet has"):
        run(sql)
    assert (root / "current").readlink() == Path(first[0]["version"])
    assert versions(root) == [first[0]["version"]]


def test_a_folder_that_cannot_be_made_is_said_with_the_remedy(run: Publish, root: Path) -> None:
    root.write_text("a file")
    with pytest.raises(PublicationError, match="TAGSMITH_PUBLISH_DIR"):
        run()


def test_a_folder_named_current_is_not_touched(run: Publish, root: Path) -> None:
    (root / "current").mkdir(parents=True)
    with pytest.raises(PublicationError, match="not a link of a publication"):
        run()
    assert (root / "current").is_dir()


def test_readers_always_find_a_whole_version(run: Publish, root: Path) -> None:
    run()
    stop, seen, broken = threading.Event(), set(), []

    def read() -> None:
        while not stop.is_set():
            version = PublishedFolder(root).current()
            if version is None:
                broken.append(time.monotonic())
            else:
                seen.add(version.version)

    reader = threading.Thread(target=read)
    reader.start()
    for i in range(8):
        run(tables(score=i / 100), now=_NOON + dt.timedelta(hours=i))
    stop.set()
    reader.join()
    assert not broken
    assert len(seen) > 1


_KILLED = """
import sys
import duckdb
from pathlib import Path
from python_udfs.publishing import PublishedFolder, Version
root, start = Path(sys.argv[1]), int(sys.argv[2])
folder, cursor = PublishedFolder(root), duckdb.connect()
for i in range(start, start + 10_000):
    version = Version(f"20260301T{i:09d}Z-{i:08x}", str(i), 5000, 5000, "1", str(i))
    rows = f"select t.i as item_id, {i} as version, repeat('x', 50) as text from range(5000) t (i)"
    folder.publish(version, cursor, {"item_features": rows, "item_tags": rows})
    folder.prune(3)
    print(i, flush=True)
"""


@pytest.mark.parametrize("n_kills", [4, pytest.param(100, marks=pytest.mark.slow)])
def test_kill_9_in_mid_publication_leaves_current_whole(tmp_path: Path, n_kills: int) -> None:
    root, start = tmp_path / "published", 0
    waits = random.Random(20260301)  # noqa: S311 - no secret, a seed
    for _ in range(n_kills):
        process = subprocess.Popen(
            [sys.executable, "-c", _KILLED, str(root), str(start)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(waits.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        current = PublishedFolder(root).current()
        assert current is not None
        start = int(current.content_hash) + 1
        for name in ("item_features", "item_tags"):
            file = root / "current" / f"{name}.parquet"
            query = f"select count(*), min(version), max(version) from '{file}'"
            read = duckdb.connect().execute(query)
            assert read.fetchall() == [(5000, start - 1, start - 1)]
    PublishedFolder(root).prune(3)
    assert not list(root.glob(".*"))
