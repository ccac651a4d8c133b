"""Redis down while features are materialized: retry, clear message, resume."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.python.feature_store.conftest import Site, need_redis
from tests.python.feature_store.servers import free_port

pytestmark = pytest.mark.feast
_PASSWORD = "s3cret"  # noqa: S105 (a sample)


@pytest.fixture(scope="module")
def seen(new_site: Any) -> dict[str, Any]:
    need_redis()
    port = free_port()
    address = f"127.0.0.1:{port},client_name={_PASSWORD}"
    site: Site = new_site(TAGSMITH_ONLINE_STORE="redis", TAGSMITH_REDIS=address)
    ran = site.run("-m", "tests.python.feature_store.outage", str(site.folder), str(port))
    assert ran.code == 0, ran.output[-4000:]
    found: dict[str, Any] = json.loads((site.folder / "seen.json").read_text(encoding="utf-8"))
    return {**found, "output": ran.output, "address": f"127.0.0.1:{port}"}


def test_a_run_without_redis_is_tried_again_then_fails_with_a_remedy(seen: dict[str, Any]) -> None:
    assert seen["code_down"] == 1
    assert seen["retried"] == 2
    assert f"the online store (redis at {seen['address']}) failed" in seen["output"]
    assert "TAGSMITH_ONLINE_STORE=sqlite" in seen["output"]
    assert "Traceback" not in seen["output"]
    assert _PASSWORD not in seen["output"], "what follows the address may be a password"


def test_neither_ledger_nor_registry_claims_that_features_are_online(seen: dict[str, Any]) -> None:
    assert seen["ledger_exists"] is False
    assert seen["ends_down"] == [None] * 3


def test_reads_of_the_past_need_no_redis(seen: dict[str, Any]) -> None:
    assert seen["historical"][0]["tags"] == ["rain"]


def test_a_run_that_broke_off_goes_on_where_it_broke_off(seen: dict[str, Any]) -> None:
    assert seen["n_up"] == 4
    first, *others = seen["written"]
    assert f"while writing the feature view {others[0]}" in seen["error_midway"]
    assert len({first, *others}) == len(seen["written"]) == 3, "a view was written twice"
    assert seen["n_back"] == 3
    assert seen["checked"] == 5
    assert seen["online"]["retagged"]["tags"] == ["heist", "film noir 🎬"]


def test_a_store_that_came_back_empty_is_filled_without_being_asked(seen: dict[str, Any]) -> None:
    assert seen["n_emptied"] == 5
    assert len(seen["said_emptied"]) == 3
    assert "writing all items again" in seen["said_emptied"][0]
    assert seen["online_emptied"] == seen["online"]
    assert seen["n_filled"] == 0, "a full store was taken for an empty one"
