"""Checks that offline and online agree, for every feature of every item."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from feast import FeatureService, FeatureStore

from feature_store.definitions import definitions_here, service_name
from feature_store.errors import DifferenceError
from feature_store.history import History
from feature_store.places import Places
from feature_store.store import demand_applied

__all__ = ["check", "plain"]

_ITEMS_AT_ONCE = 1000


def plain(value: Any) -> Any:
    """Return a feature as a Python value, comparable between both stores.

    Any null becomes None, a list a list, a whole number an int, and a date or time the seconds
    since 1970 (UTC), since Feast's online timestamps are whole seconds.
    """
    match value:
        case np.ndarray() | list():
            return [plain(each) for each in value]
        case None:
            return None
        case dt.datetime() if pd.isna(value):
            return None
        case dt.datetime():
            aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
            return math.floor(aware.timestamp())
        case dt.date():
            return plain(dt.datetime.combine(value, dt.time()))
        case np.generic():
            return plain(value.item())
        case float() if math.isnan(value):
            return None
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def check(store: FeatureStore, places: Places) -> int:
    """Compare the newest features of every item, including removed ones; return their number.

    Raises DifferenceError with the first differences, and ContractError if names or types in the
    registry differ from dbt's contract.
    """
    demand_applied(store, definitions_here(places))
    history = History(places.history)
    service = store.get_feature_service(service_name(history.pipeline_versions()[-1]))
    span = history.span()
    item_ids = history.item_ids(span.oldest, span.newest)
    differences = []
    for first in range(0, len(item_ids), _ITEMS_AT_ONCE):
        some = item_ids[first : first + _ITEMS_AT_ONCE]
        differences += list(_differences(store, service, some, span.newest))
    if differences:
        raise DifferenceError(
            f"{len(differences)} features of {len(item_ids)} items differ, among them "
            + "; ".join(differences[:3])
            + ". If a publication came meanwhile, materialize again; else the online store lost "
            "rows: `python -m feature_store materialize --full`"
        )
    return len(item_ids)


def _differences(
    store: FeatureStore, service: FeatureService, item_ids: list[str], at: dt.datetime
) -> Iterator[str]:
    asked = pd.DataFrame({"item_id": item_ids, "event_timestamp": pd.Timestamp(at, tz="UTC")})
    frame = store.get_historical_features(asked, service).to_df().set_index("item_id")
    offline = frame.loc[item_ids]
    online = store.get_online_features(service, [{"item_id": each} for each in item_ids]).to_dict()
    names = [field.name for view in service.feature_view_projections for field in view.features]
    for name in names:
        for item_id, left, right in zip(item_ids, offline[name], online[name], strict=True):
            if plain(left) != plain(right):
                yield f"{name} of {item_id}: offline {left!r:.80}, online {right!r:.80}"
