"""Maps dbt's types to Feast's; the only place that does."""

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

# Feast lacks dates: a date is served as midnight UTC. Its online timestamps are whole seconds.
# JSON stays text, byte for byte as published; Feast's own Json type would parse it.
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
    """Return Feast's type of a column; ContractError if there is none."""
    try:
        return _FEAST_TYPES[column.parquet_type.lower()]
    except KeyError as error:
        raise ContractError(
            f"column {column.name} has the type {column.data_type}, which has no equivalent in "
            f"Feast; use one of {', '.join(_FEAST_TYPES)}, or add it to feature_store/data_types.py"
        ) from error
