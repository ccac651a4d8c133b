"""Properties at scale: a hundred thousand candidates, answered beforehand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.whole_build import MODELS_ONLY, WholeBench, prepare
from tests.python.e2e.projects import perturb_vectors

pytestmark = [pytest.mark.dbt, pytest.mark.slow]

_TABLES = ("item_tags", "tag_decisions", "item_features")


def test_another_processors_last_bits_change_no_table(tmp_path: Path) -> None:
    bench = WholeBench(tmp_path / "bench")
    bench.folder.mkdir()
    prepare(bench, 1000)
    bench.dbt(*MODELS_ONLY)
    before = bench.folder / "before.duckdb"
    bench.warehouse.rename(before)
    with duckdb.connect(str(bench.ledger)) as connection:
        perturb_vectors(connection, 3e-7)
    bench.dbt(*MODELS_ONLY)
    with bench.connect() as connection:
        assert len(connection.table("int_candidates_by_path")) > 90_000
        connection.execute(f"attach '{before}' as before (read_only)")
        for table in _TABLES:
            for one, other in ((table, f"before.{table}"), (f"before.{table}", table)):
                differing = connection.sql(f"(from {one}) except all (from {other})").fetchall()
                assert differing == [], f"{table} differs"
