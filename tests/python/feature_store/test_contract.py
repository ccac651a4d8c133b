"""Feature definitions come from dbt's manifest; invalid columns are refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from feature_store.contract import read_contract
from feature_store.errors import ContractError, OnlineStoreError
from feature_store.places import ROOT, Places
from tests.python.feature_store.nights import MODEL, manifest_with

# Row keys and build metadata, or columns derived from hashed ones: tags and
# counts from tags_json, the vector from tags_json and the var sbert_model.
_NO_CONTENT = {
    "item_id", "content_hash", "generated_at", "pipeline_version",
    "tags", "n_tags", "n_mapped_tags", "n_novel_tags", "tag_vector",
}  # fmt: skip


def _written(manifest: dict[str, Any], tmp_path: Path) -> Path:
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(manifest), encoding="utf-8")
    return file


def test_every_column_of_the_contract_is_the_key_or_in_one_view(
    manifest: dict[str, Any], tmp_path: Path
) -> None:
    contract = read_contract(_written(manifest, tmp_path))
    names = [column.name for column in contract.columns]
    assert (contract.entity, contract.key.name) == ("item", "item_id")
    assert list(contract.views) == [
        "item_general_metadata", "item_extended_metadata", "item_tag_vector",
    ]  # fmt: skip
    assert [column.name for column in contract.views["item_tag_vector"]] == ["tag_vector"]
    assert sorted(names) == sorted(manifest["nodes"][MODEL]["columns"])


def test_every_column_that_is_content_is_in_the_hash_that_the_history_compares() -> None:
    model = ROOT / "models/features/item_features"
    declared = yaml.safe_load(model.with_suffix(".yml").read_text(encoding="utf-8"))
    sql = model.with_suffix(".sql").read_text(encoding="utf-8")
    (hashed,) = re.findall(r"sha256\(cast\(to_json\(struct_pack\((.*?)\n *\)\)", sql, re.DOTALL)
    in_hash = {*re.findall(r":= (\w+)", hashed), *re.findall(r"\|\| if\((\w+), ''", sql)}
    columns = {column["name"] for column in declared["models"][0]["columns"]}
    assert in_hash == columns - _NO_CONTENT, (
        "a column that is not hashed goes stale in the history: see docs/feature-store.md"
    )
    assert columns >= _NO_CONTENT


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"config": {"meta": {}}}, "column tags names the feature view None"),
        (
            {"config": {"meta": {"feature_view": "items"}}},
            "column tags names the feature view items",
        ),
        ({"config": {"meta": {"entity": "tag"}}}, "2 columns are an entity's key"),
        ({"data_type": None}, "column tags has no data_type"),
    ],
)
def test_a_column_that_is_not_placed_is_refused(
    manifest: dict[str, Any], tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ContractError, match=said):
        read_contract(_written(manifest_with(manifest, "tags", **changes), tmp_path))


def test_a_view_without_columns_is_refused(manifest: dict[str, Any], tmp_path: Path) -> None:
    moved = {"config": {"meta": {"feature_view": "item_extended_metadata"}}}
    with pytest.raises(ContractError, match="no column names the feature view item_tag_vector"):
        read_contract(_written(manifest_with(manifest, "tag_vector", **moved), tmp_path))


def test_a_contract_that_is_not_enforced_is_refused(
    manifest: dict[str, Any], tmp_path: Path
) -> None:
    changed = json.loads(json.dumps(manifest))
    changed["nodes"][MODEL]["config"]["contract"]["enforced"] = False
    with pytest.raises(ContractError, match="not enforced"):
        read_contract(_written(changed, tmp_path))


def test_a_missing_manifest_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="make feature-store"):
        read_contract(tmp_path / "manifest.json")


def test_places_come_from_the_environment() -> None:
    here = Places.from_environment({})
    assert here.history == ROOT / "data/published/history/item_features_history.parquet"
    assert (here.online_store, here.redis, here.folder) == ("sqlite", "localhost:6379", None)
    there = Places.from_environment(
        {"TAGSMITH_PUBLISH_DIR": "/srv/p", "TAGSMITH_REDIS": "r:1,db=2"}
    )
    assert there.history == Path("/srv/p/history/item_features_history.parquet")
    assert (there.redis, there.redis_address) == ("r:1,db=2", "r:1")
    with pytest.raises(OnlineStoreError, match="'mongo'; allowed: sqlite, redis"):
        Places.from_environment({"TAGSMITH_ONLINE_STORE": "mongo"})
