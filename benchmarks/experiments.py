"""An A/B test at the size of a platform, from the event log to its metrics.

usage: python -m benchmarks.experiments [--users 1000000] [--items 20000] [--memory 4GB]

Synthetic events (`tools/synthetic_experiments.py`): about 50 a user, half of them before the
start, so 50 million for a million users. `dbt build` of staging and of the experiment models
with their data tests runs in a separate process, with a memory limit for DuckDB. Prints seconds and
peak memory of that process, and the effects that the metrics found.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.measured import Results, run_dbt
from tools.synthetic_experiments import World, write_parquet

_BUILD = (
    "build", "--select", "+experiment_metrics", "+experiment_checks",
    "--exclude-resource-type", "unit_test", "--indirect-selection", "buildable",
)  # fmt: skip


def write_history(path: Path, n_items: int, n_events: int, seed: int = 1) -> None:
    """Write interactions before the experiment that leave a tenth of the items cold."""
    rng = np.random.default_rng(seed)
    items = (0.9 * n_items * rng.random(n_events) ** 2).astype(np.int64)
    names = pc.utf8_lpad(pa.array(items).cast(pa.string()), 6, "0")
    users = pa.array(rng.integers(0, 100_000, n_events)).cast(pa.string())
    table = pa.table(
        {
            "user_id": pc.binary_join_element_wise("u", users, ""),
            "item_id": pc.binary_join_element_wise("item", names, "-"),
            "event_type": pa.repeat("view", n_events),
            "occurred_at": pa.repeat("2026-05-01 00:00:00", n_events),
        }
    )
    pq.write_table(table, path)


def main() -> None:
    """Write the events, build, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--memory", default="4GB")
    options = parser.parse_args()
    results = Results("experiments", "Experiments: from the event log to its metrics")
    world = World(
        users=options.users, items=options.items, ctr_effect=0.02, pv_effect=0.01,
        share_in_both=0.001,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = write_parquet(world, folder / "events.parquet")
        write_history(folder / "interactions.parquet", options.items, 500_000)
        environment = {
            "TAGSMITH_MEMORY_LIMIT": options.memory,
            "TAGSMITH_WAREHOUSE": str(folder / "warehouse.duckdb"),
            "TAGSMITH_LEDGER": str(folder / "ledger.duckdb"),
            "TAGSMITH_PUBLISH_DIR": str(folder / "published"),
            "TAGSMITH_EXPERIMENT_EVENTS": str(folder / "events.parquet"),
            "TAGSMITH_INTERACTIONS": str(folder / "interactions.parquet"),
        }
        run = run_dbt(_BUILD, folder, environment)
        size = (folder / "warehouse.duckdb").stat().st_size / 1e9
        label = f"{options.users:,} users, {count:,} events, DuckDB under {options.memory}"
        results.add(
            "Run", ("run", *run.COLUMNS, "warehouse"), [(label, *run.cells(), f"{size:.1f} GB")]
        )
        results.add_slowest("Slowest models", folder)
        with duckdb.connect(folder / "warehouse.duckdb", read_only=True) as connection:
            found = connection.execute(
                "select slice, metric, printf('%.4f', value_a), printf('%.4f', value_b), "
                "printf('%.4f', ratio), printf('[%.4f, %.4f]', ratio_low, ratio_high), "
                "printf('%.3g', p_value_adjusted) "
                "from experiment_metrics order by slice, metric"
            ).fetchall()
        results.add(
            "Metrics found",
            ("slice", "metric", "A", "B", "ratio", "95 %", "adjusted p"),
            [["" if cell is None else cell for cell in row] for row in found],
            f"Effects put in: {world.ctr_effect:.0%} on CTR, {world.pv_effect:.0%} on PV.",
        )
    results.write()


if __name__ == "__main__":
    main()
