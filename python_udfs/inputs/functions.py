"""The functions of this package for SQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import func, sqltypes

from python_udfs.errors import InputError
from python_udfs.inputs.files import reader
from python_udfs.inputs.literals import literal_to_json
from python_udfs.inputs.markup import plain_text
from python_udfs.inputs.problems import file_problem
from python_udfs.settings import Environment

__all__ = ["register"]

_TEXT, _LIST = sqltypes.VARCHAR, duckdb.list_type(sqltypes.VARCHAR)


def _plain_texts(texts: list[str | None]) -> list[str | None]:
    return [None if text is None else plain_text(text) for text in texts]


def _reader(location: str, options: str) -> str:
    try:
        return reader(location, json.loads(options), Environment.read().cache_dir)
    except InputError:
        return ""


def _by_value(
    function: Callable[[Any], Any], kind: pa.DataType
) -> Callable[[pa.ChunkedArray], pa.Array]:
    def of_column(column: pa.ChunkedArray) -> pa.Array:
        return pa.array(
            [None if value is None else function(value) for value in column.to_pylist()], kind
        )

    return of_column


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Give `connection` (and its cursors) the SQL functions that the macros of inputs call.

    `plain_text(varchar) -> varchar`, `plain_texts(varchar[]) -> varchar[]`,
    `literal_to_json(varchar) -> varchar`, `input_reader(location, options) -> varchar` and
    `input_problem(name, location, options, needed) -> varchar`; options and needed are JSON.
    """

    def problem(name: str, location: str, options: str, needed: str) -> str:
        cache = Environment.read().cache_dir
        # Beside the query that calls this.
        with connection.cursor() as session:
            return file_problem(
                name, location, json.loads(options), json.loads(needed), cache, session
            )

    connection.create_function("input_reader", _reader, side_effects=True)
    connection.create_function("input_problem", problem, side_effects=True)
    texts = pa.list_(pa.string())
    for name, function, kind, returned in (
        ("plain_text", _by_value(plain_text, pa.string()), _TEXT, _TEXT),
        ("plain_texts", _by_value(_plain_texts, texts), _LIST, _LIST),
        ("literal_to_json", _by_value(literal_to_json, pa.string()), _TEXT, _TEXT),
    ):
        connection.create_function(
            name, function, [kind], returned, type=func.ARROW, null_handling=func.SPECIAL
        )
