"""Fixtures: dbt's current contract, Feast's environment, and two nights in a store."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.python.conftest import ROOT
from tests.python.e2e.projects import run_here
from tests.python.feature_store.nights import write_nights
from tests.python.feature_store.servers import free_port, redis_server

FEAST = ROOT / ".venv-feast/bin/python"


@dataclass(frozen=True)
class Ran:
    """Exit status and output of a command."""

    code: int
    output: str


@dataclass(frozen=True)
class Site:
    """A folder with nights, published history, ledger and feature store of its own."""

    folder: Path
    environment: Mapping[str, str]

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.duckdb"

    @property
    def history(self) -> Path:
        return self.folder / "published/history/item_features_history.parquet"

    def publish(self, night: str) -> None:
        self.history.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.folder / f"{night}.parquet", self.history)

    def run(self, *arguments: str, **environment: str) -> Ran:
        """Run Feast's Python with these arguments."""
        done = subprocess.run(
            [str(FEAST), *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout)


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """The address of a server that ends with the block."""
    port = free_port()
    process = redis_server(port, folder)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def need_redis() -> None:
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server here: apt-get install redis-server")


@pytest.fixture(scope="session")
def manifest(untested_checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """dbt's manifest of this project, whose tests the contract does not read, parsed now."""
    folder = tmp_path_factory.mktemp("parsed")
    places = ("--target-path", str(folder), "--log-path", str(folder))
    done = run_here(["--no-use-colors", "parse", *places], os.environ, untested_checkout)
    assert done.code == 0, done.output[-3000:]
    parsed: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return parsed


@pytest.fixture(scope="session")
def new_site(manifest: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Makes sites; skips where Feast's environment is missing."""
    if not FEAST.exists():
        pytest.skip("no .venv-feast here: `make feature-store` or `make test` makes it")

    def make(**environment: str) -> Site:
        folder = tmp_path_factory.mktemp("site")
        write_nights(folder, manifest)
        kept = {name: value for name, value in os.environ.items() if "TAGSMITH" not in name}
        places = {
            "PYTHONPATH": str(ROOT),
            "TAGSMITH_MANIFEST": str(folder / "manifest.json"),
            "TAGSMITH_PUBLISH_DIR": str(folder / "published"),
            "TAGSMITH_LEDGER": str(folder / "ledger.duckdb"),
            "TAGSMITH_FEATURE_STORE": str(folder / "store"),
        }
        return Site(folder, {**kept, **places, **environment})

    yield make
