"""Two nights and a wider contract in a feature store; runs in Feast's environment.

usage: python -m tests.python.feature_store.scenario FOLDER
reads night1 to night3.parquet and events.json in FOLDER, and writes seen.json there.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from feast import FeatureStore

from feature_store.check import check, plain
from feature_store.contract import Column
from feature_store.data_types import feast_type
from feature_store.definitions import definitions_here
from feature_store.errors import FeatureStoreError
from feature_store.ledger import note
from feature_store.materialize import Retries, materialize
from feature_store.places import Places
from feature_store.store import apply, open_store

_RETRIES = Retries(attempts=2, wait_s=0.05)
_ASKED = ["retagged", "steady", "untagged", "removed", "added", "nobody"]
_EXTENDED = "item_extended_metadata"


def publish(file: Path, places: Places) -> None:
    """Replace the history by one rename, as a build does."""
    places.history.parent.mkdir(parents=True, exist_ok=True)
    partial = places.history.with_suffix(".partial")
    partial.write_bytes(file.read_bytes())
    partial.replace(places.history)


def online(store: FeatureStore, version: str = "0_1_0") -> dict[str, dict[str, Any]]:
    """Features by item, as Python has them."""
    service = store.get_feature_service(f"item_features_v{version}")
    keys = [{"item_id": item_id} for item_id in _ASKED]
    columns = store.get_online_features(service, keys).to_dict()
    return {
        item_id: {name: plain(values[row]) for name, values in columns.items()}
        for row, item_id in enumerate(_ASKED)
    }


def historical(store: FeatureStore, events: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The features of each event (item, UTC time), in the order of the events."""
    frame = pd.DataFrame(events, columns=["item_id", "event_timestamp"])
    frame["event_timestamp"] = pd.to_datetime(frame["event_timestamp"], utc=True, format="ISO8601")
    service = store.get_feature_service("item_features_v0_1_0")
    found = store.get_historical_features(frame, service).to_df()
    rows = {
        (row["item_id"], row["event_timestamp"]): {name: plain(row[name]) for name in found}
        for row in found.to_dict("records")
    }
    return [rows[key] for key in frame.itertuples(index=False, name=None)]


def error_of(store: FeatureStore, places: Places) -> str:
    """The message of the check."""
    try:
        check(store, places)
    except FeatureStoreError as error:
        return str(error)
    return ""


def tamper(store: FeatureStore, night1: Path) -> None:
    """Put a wrong tag online, for an item that the second night does not change."""
    frame = pd.read_parquet(night1)
    row = frame[frame["item_id"] == "steady"].copy()
    row["tags"] = [["tampered"]]
    row["dbt_valid_from"] += pd.Timedelta(microseconds=1)
    store.write_to_online_store(_EXTENDED, row.drop(columns=["dbt_valid_to"]))


def registry(store: FeatureStore) -> dict[str, Any]:
    """Names, types and descriptions of all registered features, by view."""
    return {
        view.name: {
            "description": view.description,
            "ttl_s": view.ttl.total_seconds(),
            "features": {each.name: [str(each.dtype), each.description] for each in view.features},
        }
        for view in store.list_feature_views()
    }


def main() -> None:
    """Run the nights and record the results; the tests check them."""
    folder = Path(sys.argv[1])
    places = Places.from_environment()
    seen: dict[str, Any] = {}

    try:
        feast_type(Column("price", "decimal(9,2)", ""))
    except FeatureStoreError as error:
        seen["error_of_type"] = str(error)
    publish(folder / "night1.parquet", places)
    store = open_store(places)
    apply(store, definitions_here(places))
    seen["registry"] = registry(store)
    first = materialize(store, places, _RETRIES)
    seen["first"] = dataclasses.asdict(first)
    seen["online1"] = online(store)
    seen["checked1"] = check(store, places)
    now = dt.datetime(2026, 3, 2, 12, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    seen["noted"] = note(places.ledger, first, places.online_store, now)

    tamper(store, folder / "night1.parquet")
    publish(folder / "night2.parquet", places)
    apply(store, definitions_here(places))
    second = materialize(store, places, _RETRIES)
    seen["second"] = dataclasses.asdict(second)
    seen["online2"] = online(store)
    seen["error_of_tampered"] = error_of(store, places)
    seen["full"] = dataclasses.asdict(materialize(store, places, _RETRIES, is_full=True))
    seen["checked2"] = check(store, places)
    third = materialize(store, places, _RETRIES)
    seen["third"] = dataclasses.asdict(third)
    note(places.ledger, third, places.online_store, now)
    note(places.ledger, third, places.online_store, now)
    seen["historical"] = historical(store, json.loads((folder / "events.json").read_text()))

    os.environ["TAGSMITH_MANIFEST"] = str(folder / "wider.json")
    wider = Places.from_environment()
    publish(folder / "night3.parquet", places)
    seen["error_of_unapplied"] = error_of(store, wider)
    apply(store, definitions_here(wider))
    seen["widened"] = dataclasses.asdict(materialize(store, wider, _RETRIES))
    seen["checked3"] = check(store, wider)
    seen["online3"] = online(store, "0_2_0")
    seen["online_of_old_service"] = online(store)
    os.environ["TAGSMITH_MANIFEST"] = str(folder / "manifest.json")
    apply(store, definitions_here(Places.from_environment()))
    seen["registry_of_narrowed"] = registry(store)
    (folder / "seen.json").write_text(json.dumps(seen, default=str), encoding="utf-8")


if __name__ == "__main__":
    main()
