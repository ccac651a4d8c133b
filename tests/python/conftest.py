"""Fixtures: the test endpoint, an empty ledger, the project's default settings."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import hypothesis
import pytest
import yaml
from pydantic import SecretStr

from benchmarks.measured import ledger_tables
from python_udfs.llm.run_state import forget_runs
from python_udfs.settings import Environment, Settings
from tests.python.endpoint import MODEL, Endpoint

ROOT = Path(__file__).parents[2]

MakeSettings = Callable[..., Settings]

# Test endpoints are local, so never use a proxy for them.
for _name in ("NO_PROXY", "no_proxy"):
    os.environ[_name] = "127.0.0.1,localhost"

# No test rests on time: a machine may be busy with other work.
hypothesis.settings.register_profile(
    "tagsmith", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tagsmith")


def _untested(declared: Any) -> Any:
    """A YAML file without dbt's tests."""
    if isinstance(declared, dict):
        left_out = {"data_tests", "unit_tests"}
        return {key: _untested(one) for key, one in declared.items() if key not in left_out}
    return [_untested(one) for one in declared] if isinstance(declared, list) else declared


@pytest.fixture(scope="session")
def untested_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without dbt's tests, which are more than half of the time that dbt parses.

    What builds here leaves them out anyway; gates are tested in projects that are `with_tests`.
    """
    checkout = tmp_path_factory.mktemp("untested") / "checkout"
    for name in ("models", "seeds"):
        shutil.copytree(ROOT / name, checkout / name)
        for file in (checkout / name).glob("**/*.yml"):
            declared = yaml.load(file.read_bytes(), yaml.CSafeLoader)
            file.write_text(yaml.safe_dump(_untested(declared), sort_keys=False), encoding="utf-8")
    for name in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(ROOT / name, checkout)
    (checkout / "macros").symlink_to(ROOT / "macros")
    return checkout


@pytest.fixture(scope="session")
def session_endpoint() -> Iterator[Endpoint]:
    """One server for the session."""
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(session_endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """The server without faults and with an empty log; fails a test that caused a problem in it.

    Pauses of the runtime in this process are short.
    """
    monkeypatch.setattr("python_udfs.llm.endpoint_state.FIRST_PAUSE_S", 0.005)
    session_endpoint.reset()
    forget_runs()
    yield session_endpoint
    assert session_endpoint.problems == []
    session_endpoint.reset()


@pytest.fixture
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with the ledger's tables attached as dbt attaches them."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as ledger")
        connection.execute(ledger_tables())
        yield connection


def _as_setting(value: Any) -> str:
    return json.dumps(value) if isinstance(value, list | dict) else str(value)


@pytest.fixture(scope="session")
def make_settings() -> MakeSettings:
    """Settings of dbt_project.yml with the test's changes; retries are quick."""
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    defaults = {
        name: _as_setting(value)
        for name, value in project["vars"].items()
        if name in Settings.model_fields
    }
    quick = {
        "is_empty": "False",
        "catalogue": "own",
        "publish_dir": "data/published",
        "model": MODEL,
    }

    def make(**changes: Any) -> Settings:
        # Shorter than a user may have it: tests wait for it.
        timeout_s = changes.pop("request_timeout_s", 5)
        changed = {name: _as_setting(value) for name, value in changes.items()}
        settings = Settings.from_rows({**defaults, **quick, **changed}.items())
        return settings.model_copy(update={"request_timeout_s": timeout_s})

    return make


@pytest.fixture
def environment(endpoint: Endpoint, tmp_path: Path) -> Environment:
    """The environment of a run against the test endpoint."""
    return Environment(
        api_key=SecretStr(endpoint.key), base_url=endpoint.base_url, cache_dir=tmp_path / "cache"
    )
