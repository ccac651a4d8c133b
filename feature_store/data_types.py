"""Feast's types for dbt's: the one place that maps them."""

from __future__ import annotations

from feast.types import (
    Array,
    Bool,
    FeastType,
    Float32,
    Float64,
    Int32,
    Int64,
    String,
    UnixTimestamp,
)

from feature_store.contract import Column
from feature_store.errors import ContractError

__all__ = ["feast_type"]

# Feast has no date: a date is served as midnight UTC. Its timestamps are whole seconds online.
# JSON stays text, byte for byte as it was published; Feast's own Json type would parse it.
_FEAST_TYPES: dict[str, FeastType] = {
    "varchar": String,
    "json": String,
    "boolean": Bool,
    "integer": Int32,
    "bigint": Int64,
    "float": Float32,
    "double": Float64,
    "date": UnixTimestamp,
    "timestamp": UnixTimestamp,
    "varchar[]": Array(String),
    "integer[]": Array(Int32),
    "bigint[]": Array(Int64),
    "float[]": Array(Float32),
    "double[]": Array(Float64),
}


def feast_type(column: Column) -> FeastType:
    """Return Feast's type of a column; ContractError where there is none."""
    try:
        return _FEAST_TYPES[column.parquet_type.lower()]
    except KeyError as error:
        raise ContractError(
            f"column {column.name} has the type {column.data_type}, which has no counterpart in "
            f"Feast; use one of {', '.join(_FEAST_TYPES)}, or add it to feature_store/data_types.py"
        ) from error
