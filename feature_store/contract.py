"""dbt's contract of item_features: the only list of names, types and descriptions."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from feature_store.errors import ContractError

__all__ = ["Column", "Contract", "read_contract"]

_MODEL = "model.tagsmith.item_features"
_YAML = "models/features/item_features.yml"


@dataclass(frozen=True)
class Column:
    """One column as the YAML file declares it; `data_type` in lower case."""

    name: str
    data_type: str
    description: str

    @property
    def parquet_type(self) -> str:
        """The DuckDB type of the column in parquet, where lists have no fixed length."""
        return re.sub(r"\[\d+\]", "[]", self.data_type).upper()


@dataclass(frozen=True)
class Contract:
    """The join key of one entity, and the columns of each feature view in the file's order."""

    entity: str
    key: Column
    views: dict[str, tuple[Column, ...]]
    descriptions: dict[str, str]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The key and all features."""
        return (self.key, *(column for columns in self.views.values() for column in columns))


def read_contract(manifest: Path) -> Contract:
    """Read the contract from dbt's manifest; ContractError names the column and the remedy."""
    try:
        model = json.loads(manifest.read_text(encoding="utf-8"))["nodes"][_MODEL]
    except (OSError, ValueError, KeyError) as error:
        raise ContractError(
            f"{manifest} has no model item_features ({type(error).__name__}); run "
            "`make feature-store`, which parses the project with dbt, or set TAGSMITH_MANIFEST"
        ) from error
    if not model["config"].get("contract", {}).get("enforced"):
        raise ContractError(f"the contract of item_features is not enforced; set it in {_YAML}")
    descriptions: dict[str, str] = model["config"]["meta"].get("feature_views", {})
    entities: dict[str, Column] = {}
    views: dict[str, list[Column]] = {name: [] for name in descriptions}
    for declared in model["columns"].values():
        meta = declared["config"]["meta"]
        view = meta.get("feature_view")
        if "entity" in meta:
            entities[meta["entity"]] = _column(declared)
        elif view in views:
            views[view].append(_column(declared))
        else:
            raise ContractError(
                f"column {declared['name']} names the feature view {view}; give it in {_YAML} as "
                f"config: {{meta: {{feature_view: ...}}}}, one of {', '.join(views) or '(none)'}"
            )
    if len(entities) != 1:
        raise ContractError(
            f"{len(entities)} columns are an entity's key; declare exactly one in {_YAML} "
            "config: {meta: {entity: item}}"
        )
    empty = [name for name, columns in views.items() if not columns]
    if empty:
        raise ContractError(f"no column names the feature view {empty[0]}; see {_YAML}")
    ((entity, key),) = entities.items()
    return Contract(entity, key, {name: tuple(c) for name, c in views.items()}, descriptions)


def _column(declared: dict[str, Any]) -> Column:
    name, data_type = declared["name"], declared.get("data_type")
    if not data_type:
        raise ContractError(f"column {name} has no data_type in {_YAML}")
    return Column(name, data_type.lower(), " ".join(declared.get("description", "").split()))
