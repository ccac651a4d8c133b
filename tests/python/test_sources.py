"""The lines of docs/sources.md: what dbt-duckdb makes of them, and that the plugin leaves them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials

from python_udfs.project_paths import place_databases
from tests.python.conftest import ROOT

PAGE = ROOT / "docs/sources.md"
PROJECT = Path("/srv/tags")


def output(number: int) -> DuckDBCredentials:
    """The output of a profile with a block of the page, as dbt-duckdb holds it."""
    block = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[number]
    lines = re.sub(r"\{\{ env_var\('(\w+)'\) \}\}", r"of \1", block)
    given: dict[str, Any] = {"type": "duckdb", "path": "data/w.duckdb", **yaml.safe_load(lines)}
    del given["type"]
    DuckDBCredentials.validate(data := DuckDBCredentials.__pre_deserialize__(given))
    made: DuckDBCredentials = DuckDBCredentials.from_dict(data)
    place_databases(made, PROJECT)
    return made


@pytest.mark.parametrize(
    ("number", "extensions", "statement"),
    [
        (0, None, "ATTACH IF NOT EXISTS '/srv/tags/data/shop.duckdb' AS shop (READ_ONLY)"),
        (
            1, ["sqlite"],
            "ATTACH IF NOT EXISTS '/srv/tags/data/shop.sqlite' AS shop (TYPE sqlite, READ_ONLY)",
        ),
        (
            2, ["postgres"],
            "ATTACH IF NOT EXISTS 'dbname=shop host=db.example user=reader' AS shop "
            "(TYPE postgres, READ_ONLY)",
        ),
        (
            3, ["mysql"],
            "ATTACH IF NOT EXISTS 'host=db.example user=reader database=shop' AS shop "
            "(TYPE mysql, READ_ONLY)",
        ),
    ],
)  # fmt: skip
def test_a_database_is_attached_for_reading(
    number: int, extensions: list[str] | None, statement: str
) -> None:
    made = output(number)
    assert made.extensions == extensions
    assert [one.to_sql() for one in made.attach or []] == [statement]


def test_keys_of_an_object_store_become_secrets() -> None:
    (keys,) = output(4).secrets_sql()
    assert keys.split() == [
        "CREATE", "OR", "REPLACE", "SECRET", "_dbt_secret_1", "(", "type", "s3,", "region",
        "'eu-central-1',", "key_id", "'of", "AWS_ACCESS_KEY_ID',", "secret", "'of",
        "AWS_SECRET_ACCESS_KEY'", ")",
    ]  # fmt: skip
    (chain,) = output(5).secrets_sql()
    assert " ".join(chain.split()).endswith("( type s3, provider credential_chain )")
    assert (output(4).extensions, output(5).extensions) == (["httpfs"], ["httpfs", "aws"])


def test_a_store_may_be_read_by_python() -> None:
    made = output(6)
    assert made.extensions is None
    assert made.filesystems == [
        {
            "fs": "s3", "key": "of AWS_ACCESS_KEY_ID", "secret": "of AWS_SECRET_ACCESS_KEY",
            "client_kwargs": {"endpoint_url": "http://host:9000", "region_name": "us-east-1"},
        }
    ]  # fmt: skip


def test_extensions_may_come_from_a_mirror() -> None:
    options = output(7).config_options
    assert options == {"custom_extension_repository": "http://mirror.example/duckdb"}
    # DuckDB knows the option.
    duckdb.connect(config=options).close()
