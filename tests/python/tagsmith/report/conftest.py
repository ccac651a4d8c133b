"""A warehouse with every table, and its page."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from PIL import Image

from tagsmith.report.page import render_report
from tests.python.tagsmith.report.warehouses import write_warehouse


@pytest.fixture
def poster_root(tmp_path: Path) -> Path:
    root = tmp_path / "posters"
    root.mkdir()
    Image.new("RGB", (600, 900), "teal").save(root / "parasite.png")
    return root


@pytest.fixture
def warehouse(tmp_path: Path, poster_root: Path) -> Path:
    path = write_warehouse(tmp_path / "warehouse.duckdb", poster_root)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "insert into stg_poster_files values ('parasite', ?)",
            [str(poster_root / "parasite.png")],
        )
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the page of the whole warehouse, without posters; it takes seconds to draw."""
    folder = tmp_path_factory.mktemp("page")
    with duckdb.connect(str(write_warehouse(folder / "w.duckdb", folder))) as connection:
        return render_report(connection)
