"""The example of docs/package.md: Tagsmith as a package in another dbt project."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import ROOT
from tests.python.e2e.projects import run_here, tagsmith_here
from tests.python.endpoint import MODEL, Endpoint

pytestmark = pytest.mark.dbt

EXAMPLE = ROOT / "examples/package"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The example in a folder of its own, with models that have names of Tagsmith's."""
    folder = shutil.copytree(
        EXAMPLE, tmp_path / "shop", ignore=shutil.ignore_patterns("target", "logs", "*.duckdb*")
    )
    packages = folder / "packages.yml"
    packages.write_text(packages.read_text().replace("../..", str(ROOT)))
    for name in ("evaluators", "audit"):
        (folder / f"models/{name}.sql").write_text("select 'ours' as whose")
    return folder


def test_the_example_is_tagged_published_and_read_by_its_own_models(
    shop: Path, endpoint: Endpoint
) -> None:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TAGSMITH_", "OPENAI_", "DBT_"))
    }
    environment = {
        **kept, "DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1",
        "OPENAI_BASE_URL": endpoint.base_url, "OPENAI_API_KEY": endpoint.key,
        "TAGSMITH_MODEL": MODEL, "TAGSMITH_CACHE": str(shop / "cache"),
    }  # fmt: skip

    def dbt(*command: str) -> None:
        ran = run_here(["--no-use-colors", *command], environment, shop)
        assert ran.code == 0, ran.output[-6000:]

    def tagsmith(*command: str, **variables: str) -> str:
        ran = tagsmith_here(command, {**environment, **variables}, shop)
        assert ran.code == 0, ran.output[-6000:]
        return ran.output

    dbt("deps")
    dbt("build", "--select", "+films", "evaluators", "audit", "--exclude", "package:tagsmith")
    checked = tagsmith("check")
    assert "items: shop.main.films\n  2 rows, 0 of them rejected" in checked
    assert "Title: The Salt Road (1962)" in checked
    assert endpoint.n_calls == 0
    dbt("build", "--selector", "tagsmith")
    assert endpoint.n_calls > 0
    dbt("build", "--select", "film_tags")

    assert (shop / "data/published/current/item_tags.parquet").is_file()
    with duckdb.connect(shop / "data/shop.duckdb", read_only=True) as connection:
        tables = "select table_name from information_schema.tables where table_schema = ?"
        assert set(connection.execute(tables, ["main"]).fetchall()) == {
            ("audit",), ("catalogue",), ("evaluators",), ("film_tags",), ("films",),
        }  # fmt: skip
        assert connection.execute("from main.evaluators").fetchall() == [("ours",)]
        tagged = "select distinct film_id from film_tags order by all"
        assert connection.execute(tagged).fetchall() == [("f-001",), ("f-002",)]
    why = tagsmith(
        "why", "f-001", TAGSMITH_WAREHOUSE="data/shop.duckdb", TAGSMITH_SCHEMA="main_tagsmith"
    )
    assert why.startswith("The Salt Road (f-001): ")
