"""Two nights in a feature store, with each online store: the values that readers get."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import duckdb
import pytest

from tests.python.feature_store.conftest import Site, need_redis, running_redis
from tests.python.feature_store.nights import ALL, NIGHT1, NIGHT2

pytestmark = pytest.mark.feast
_EVENTS = {
    "before it was known": ("retagged", "2024-02-01"),
    "as it was first tagged": ("retagged", "2025-06-01"),
    "one microsecond before it was retagged": ("retagged", "2026-03-02T02:00:00.499999"),
    "the moment it was retagged": ("retagged", "2026-03-02T02:00:00.500000"),
    "before it was removed": ("removed", "2025-06-01"),
    "after it was removed": ("removed", "2026-03-03"),
    "never there": ("nobody", "2026-03-03"),
}


@pytest.fixture(scope="module", params=["sqlite", "redis"])
def site(request: pytest.FixtureRequest, new_site: Any, tmp_path_factory: Any) -> Any:
    if request.param == "sqlite":
        yield new_site(TAGSMITH_ONLINE_STORE="sqlite", TZ="Asia/Seoul")
        return
    need_redis()
    with running_redis(tmp_path_factory.mktemp("redis")) as address:
        yield new_site(TAGSMITH_ONLINE_STORE="redis", TAGSMITH_REDIS=address)


@pytest.fixture(scope="module")
def seen(site: Site) -> dict[str, Any]:
    events = site.folder / "events.json"
    events.write_text(json.dumps(list(_EVENTS.values())), encoding="utf-8")
    ran = site.run("-m", "tests.python.feature_store.scenario", str(site.folder))
    assert ran.code == 0, ran.output[-4000:]
    found: dict[str, Any] = json.loads((site.folder / "seen.json").read_text(encoding="utf-8"))
    events_seen = dict(zip(_EVENTS, found["historical"], strict=True))
    return {**found, "historical": events_seen}


def test_the_first_run_brings_every_item_online_however_old(seen: dict[str, Any]) -> None:
    assert seen["first"] == {"version": "v1", "until": str(NIGHT1), "n_items": 4}
    assert seen["checked1"] == 4
    assert seen["online1"]["steady"]["tags"] == ["revenge"]
    assert seen["online1"]["removed"]["tags"] == ["grief"]


def test_each_type_comes_through(seen: dict[str, Any]) -> None:
    steady, untagged = seen["online1"]["steady"], seen["online1"]["untagged"]
    assert steady["release_date"] == dt.datetime(1955, 3, 4, tzinfo=dt.UTC).timestamp()
    assert steady["generated_at"] == dt.datetime(2024, 3, 1, 1, tzinfo=dt.UTC).timestamp()
    assert steady["genres"] == ["Drama", "Crime"]
    assert (steady["people"], steady["countries"], steady["original_title"]) == (None, [], None)
    assert json.loads(steady["tags_json"]) == [{"tag": "revenge", "score": 0.5}]
    assert steady["n_tags"] == 1
    assert steady["tag_vector"] == [1] * 384
    assert (untagged["tags"], untagged["tags_json"], untagged["n_tags"]) == ([], "[]", 0)
    assert (untagged["release_date"], untagged["generated_at"]) == (None, None)
    assert untagged["tag_vector"] == [0] * 384


def test_a_type_that_feast_has_not_is_refused_by_name(seen: dict[str, Any]) -> None:
    assert "column price has the type decimal(9,2)" in seen["error_of_type"]


def test_the_next_run_writes_only_what_was_published_since(seen: dict[str, Any]) -> None:
    assert seen["second"] == {"version": "v2", "until": str(NIGHT2), "n_items": 3}
    assert seen["online2"]["steady"]["tags"] == ["tampered"], "an unchanged item was written again"
    assert seen["online2"]["added"]["tags"] == ["space"]
    assert seen["third"]["n_items"] == 0


def test_a_tag_with_characters_of_four_bytes_comes_online(seen: dict[str, Any]) -> None:
    retagged = seen["online2"]["retagged"]
    assert retagged["tags"] == ["heist", "film noir 🎬"]
    assert "film noir 🎬" in retagged["tags_json"]


def test_a_removed_item_and_a_missing_one_give_nulls(seen: dict[str, Any]) -> None:
    for item_id in ("removed", "nobody"):
        features = {**seen["online2"][item_id], "item_id": None}
        assert set(features.values()) == {None}, item_id
        assert len(features) > 10


def test_a_difference_of_offline_and_online_is_found_and_mended(seen: dict[str, Any]) -> None:
    assert "1 features of 5 items differ" in seen["error_of_tampered"]
    assert "tags of steady" in seen["error_of_tampered"]
    assert seen["full"]["n_items"] == len(ALL)
    assert seen["checked2"] == len(ALL)


def test_an_event_gets_the_features_of_its_time(seen: dict[str, Any]) -> None:
    tags = {name: features["tags"] for name, features in seen["historical"].items()}
    assert tags == {
        "before it was known": None,
        "as it was first tagged": ["rain"],
        "one microsecond before it was retagged": ["rain"],
        "the moment it was retagged": ["heist", "film noir 🎬"],
        "before it was removed": ["grief"],
        "after it was removed": None,
        "never there": None,
    }


def test_a_new_column_comes_online_for_items_that_did_not_change(seen: dict[str, Any]) -> None:
    assert "'mood', 'String'" in seen["error_of_unapplied"]
    assert seen["widened"]["n_items"] == len(ALL)
    assert seen["checked3"] == len(ALL)
    assert seen["online3"]["added"]["mood"] == "dark"
    assert "mood" not in seen["online_of_old_service"]["added"], "an old service got a new column"
    assert "mood" not in seen["registry_of_narrowed"]["item_extended_metadata"]["features"]


def test_the_ledger_notes_each_version_once_in_utc(seen: dict[str, Any], site: Site) -> None:
    with duckdb.connect(site.ledger, read_only=True) as connection:
        rows = connection.execute(
            "select version, materialized_at::varchar, n_items from materializations order by all"
        ).fetchall()
    assert seen["noted"] is True
    assert rows == [("v1", "2026-03-02 03:00:00", 4), ("v2", "2026-03-02 03:00:00", 0)]


def test_registry_contract_and_parquet_agree(
    seen: dict[str, Any], site: Site, manifest: dict[str, Any]
) -> None:
    model = manifest["nodes"]["model.tagsmith.item_features"]
    night1 = site.folder / "night1.parquet"
    with duckdb.connect() as connection:
        described = connection.execute(f"describe from '{night1}'").fetchall()
    parquet = {name: kind for name, kind, *_ in described}
    in_feast = {
        "varchar": "String", "json": "String", "varchar[]": "Array(String)", "integer": "Int32",
        "boolean": "Bool",
        "date": "UnixTimestamp", "timestamp": "UnixTimestamp", "float[]": "Array(Float32)",
    }  # fmt: skip
    wanted: dict[str, dict[str, list[str]]] = {}
    for name, column in model["columns"].items():
        assert parquet[name] == column["data_type"].upper()
        view = column["config"]["meta"].get("feature_view")
        if view:
            described_as = " ".join(column["description"].split())
            wanted.setdefault(view, {})[name] = [in_feast[column["data_type"]], described_as]
            assert described_as
    assert {name: view["features"] for name, view in seen["registry"].items()} == wanted
    assert {view["ttl_s"] for view in seen["registry"].values()} == {0}
    descriptions = {name: view["description"] for name, view in seen["registry"].items()}
    assert descriptions == model["config"]["meta"]["feature_views"]
