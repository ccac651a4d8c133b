"""Feast's objects, built from dbt's contract, without a second list of names or types."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from feast import Entity, FeatureService, FeatureView, Field, FileSource
from feast.data_format import ParquetFormat

from feature_store.contract import Contract, read_contract
from feature_store.data_types import feast_type
from feature_store.errors import HistoryError
from feature_store.history import CREATED_AT, VALID_FROM, History
from feature_store.places import Places

__all__ = ["Definitions", "define", "definitions_here", "service_name"]

# A row is valid until the next one of its item; in Feast 0 means "forever".
_FOREVER = dt.timedelta(0)


@dataclass(frozen=True)
class Definitions:
    """One entity, a view per group of columns, a service per pipeline version."""

    entity: Entity
    views: tuple[FeatureView, ...]
    services: tuple[FeatureService, ...]

    @property
    def by_name(self) -> dict[str, Entity | FeatureView | FeatureService]:
        """All objects by their names in Feast's registry."""
        return {each.name: each for each in (self.entity, *self.views, *self.services)}


def service_name(pipeline_version: str) -> str:
    """Return the service's name for a version: item_features_v0_1_0 for 0.1.0."""
    return "item_features_v" + re.sub(r"\W", "_", pipeline_version)


def define(contract: Contract, history: Path, pipeline_versions: Iterable[str]) -> Definitions:
    """Build the definitions over the parquet file `history`; ContractError for unknown types."""
    entity = Entity(
        name=contract.entity,
        join_keys=[contract.key.name],
        value_type=feast_type(contract.key).to_value_type(),
        description=contract.key.description,
    )
    source = FileSource(
        name="item_features_history",
        path=str(history),
        file_format=ParquetFormat(),
        timestamp_field=VALID_FROM,
        created_timestamp_column=CREATED_AT,
        description="One row per item and version of its features, as they were served.",
    )
    views = tuple(
        FeatureView(
            name=name,
            entities=[entity],
            schema=[
                Field(name=column.name, dtype=feast_type(column), description=column.description)
                for column in (contract.key, *columns)
            ],
            source=source,
            ttl=_FOREVER,
            description=contract.descriptions[name],
        )
        for name, columns in contract.views.items()
    )
    services = tuple(
        FeatureService(
            name=service_name(version),
            features=list(views),
            description=f"All features of an item, as pipeline version {version} has them.",
            tags={"pipeline_version": version},
        )
        for version in pipeline_versions
    )
    return Definitions(entity, views, services)


def definitions_here(places: Places) -> Definitions:
    """Build the definitions of this project, which `feast apply` reads in feature_store/repo.

    Raises ContractError, and HistoryError if the history does not match the contract.
    """
    contract, history = read_contract(places.manifest), History(places.history)
    history.demand(contract)
    versions = history.pipeline_versions()
    if not versions:
        raise HistoryError(f"{history.path} has only removed items; publish an item first")
    return define(contract, places.history, versions)
