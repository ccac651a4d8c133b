"""The commands as `make` and a user run them."""

from __future__ import annotations

import shutil
from typing import Any

import duckdb
import pytest

from tests.python.conftest import ROOT
from tests.python.feature_store.conftest import Site

pytestmark = pytest.mark.feast
_APPLY_AND_READ = """
import pathlib, sys
from feast import FeatureStore
from feast.repo_config import load_repo_config
from feast.repo_operations import apply_total
folder = pathlib.Path(sys.argv[1])
apply_total(load_repo_config(folder, folder / "feature_store.yaml"), folder, True)
store = FeatureStore(repo_path=sys.argv[1])
service = store.get_feature_service("item_features_v0_1_0")
print(store.get_online_features(service, [{"item_id": "retagged"}]).to_dict()["tags"])
"""


@pytest.fixture(scope="module")
def site(new_site: Any) -> Site:
    made: Site = new_site()
    made.publish("night2")
    return made


def test_update_applies_materializes_and_checks_while_a_build_holds_the_ledger(site: Site) -> None:
    with duckdb.connect(site.ledger):
        ran = site.run("-m", "feature_store", "update", "--patience-s", "0.1")
    assert ran.code == 0, ran.output
    assert "newest service item_features_v0_1_0" in ran.output
    assert "materialized: 5 items, sqlite is at version v2" in ran.output
    assert "checked: offline and online are equal for 5 items" in ran.output
    assert "is held by another process" in ran.output


def test_feast_itself_applies_the_folder_and_reads_it(site: Site) -> None:
    folder = site.folder / "feature_store/repo"
    source = ROOT / "feature_store/repo"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(site.folder / "store", site.folder / "data/feature_store")
    # What `feast apply` calls, in one process with the reader.
    ran = site.run("-c", _APPLY_AND_READ, str(folder))
    assert "[['heist', 'film noir 🎬']]" in ran.output, ran.output
