"""The feature store at the paper's size: batch reads, and online reads with SQLite and Redis.

usage: .venv-feast/bin/python -m benchmarks.feature_store [--items 21067] [--seconds 10]

Runs in Feast's environment (created by `make feature-store`), on a synthetic history of one
version: 25 tags and a vector of 384 values per item, in a temporary folder, with its own
redis-server without persistence (skipped if redis-server is missing). Columns come from dbt's
manifest. Reads are sequential, for random items, with all features of the service.
"""

from __future__ import annotations

import argparse
import functools
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from benchmarks.measured import Results
from feature_store.contract import read_contract
from feature_store.definitions import definitions_here
from feature_store.history import History
from feature_store.materialize import Retries, materialize
from feature_store.places import ROOT, Places
from feature_store.store import apply, open_store
from tests.python.feature_store.servers import free_port, redis_server

Found = dict[str, list[Any]]
_N_TAGS, _N_DIMENSIONS = 25, 384
# A value for each type of the contract, and for columns whose size depends on content.
_OF_TYPE = {
    "varchar": "'text of item ' || i",
    "varchar[]": "['Drama', 'Crime', 'person ' || i % 5000]",
    "integer": str(_N_TAGS),
    "date": "date '2000-01-01' + i::integer",
    "timestamp": "timestamp '2026-01-01'",
    "float[]": f"list_transform(range({_N_DIMENSIONS}), lambda x: random()::float)",
}
_OF_COLUMN = {
    "item_id": "'item-' || i",
    "tags": f"list_transform(range({_N_TAGS}), lambda x: 'tag ' || (x * i) % 60000)",
    "tags_json": f"""to_json(list_transform(range({_N_TAGS}), lambda x: {{
        'tag': 'tag ' || (x * i) % 60000, 'category': 'mood', 'score': 0.5,
        'status': 'mapped'}}))""",
    "pipeline_version": "'0.1.0'",
}


def write_history(places: Places, n_items: int) -> None:
    """Write one version of `n_items` items, with the contract's columns."""
    values = {
        column.name: _OF_COLUMN.get(column.name) or _OF_TYPE[column.parquet_type.lower()]
        for column in read_contract(places.manifest).columns
    }
    features = ", ".join(f"{value} as {name}" for name, value in values.items())
    places.history.parent.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select {features}, false as is_deleted, 'v1' as version,
                    timestamp '2026-01-02' as dbt_valid_from,
                    timestamp '2026-01-02' as dbt_updated_at, null::timestamp as dbt_valid_to
                from range({n_items}) as numbers (i)
            ) to '{places.history}' (format parquet, compression zstd)
            """
        )


def timed(work: Callable[[], object]) -> float:
    """Wall-clock seconds of `work`."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def reads(
    read: Callable[[list[str]], Found], n_items: int, size: int, seconds: float
) -> tuple[str, ...]:
    """Figures of sequential reads of `size` items during `seconds`."""
    chosen = random.Random(1)  # noqa: S311 (a sample, no secret)
    times: list[float] = []
    for _ in range(3):
        found = read([f"item-{i}" for i in range(size)])
        if any(len(vector) != _N_DIMENSIONS for vector in found["tag_vector"]):
            raise SystemExit("a read returned no vector: figures would be meaningless")
    while sum(times) < seconds or len(times) < 100:
        item_ids = [f"item-{i}" for i in chosen.sample(range(n_items), size)]
        times.append(timed(functools.partial(read, item_ids)))
    p50, p99 = (statistics.quantiles(times, n=100)[q] * 1000 for q in (49, 98))
    return (f"{p50:.2f} ms", f"{p99:.2f} ms", f"{len(times) / sum(times):,.1f}")


def measure(results: Results, places: Places, n_items: int, seconds: float) -> None:
    """Add the figures of one online store; of the offline store too with sqlite."""
    store = open_store(places)
    apply(store, definitions_here(places))
    whole = timed(lambda: materialize(store, places, Retries()))
    name = places.online_store
    batches = [("all materialized", f"{whole:.1f} s")]
    service = store.get_feature_service("item_features_v0_1_0")
    if name == "sqlite":
        at = pd.Timestamp(History(places.history).span().newest, tz="UTC")
        asked = pd.DataFrame({"item_id": [f"item-{i}" for i in range(n_items)]})
        asked["event_timestamp"] = at
        batch = [
            timed(lambda: store.get_historical_features(asked, service).to_arrow())
            for _ in range(3)
        ]
        file = str(places.history)
        plain = [timed(lambda: duckdb.read_parquet(file).to_arrow_table()) for _ in range(3)]
        batches += [("all read by Feast", f"{min(batch):.2f} s"),
                    ("all read by DuckDB alone", f"{min(plain):.2f} s")]  # fmt: skip
    results.add(f"{name}, {n_items:,} items", ("batch", "wall"), batches)
    online = []
    for size in (1, 10, 100):

        def read(item_ids: list[str]) -> Found:
            keys = [{"item_id": item_id} for item_id in item_ids]
            found: Found = store.get_online_features(service, keys).to_dict()
            return found

        online.append((str(size), *reads(read, n_items, size, seconds)))
    results.add(f"{name}, online", ("items a read", "p50", "p99", "reads/s"), online)


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=21_067)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--manifest", type=Path, default=ROOT / "target/manifest.json")
    asked = parser.parse_args()
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="ibis")
    results = Results("feature_store", "The feature store: batch and online reads")
    with tempfile.TemporaryDirectory() as made:
        folder, port = Path(made), free_port()
        environment = {
            "TAGSMITH_MANIFEST": str(asked.manifest.resolve()),
            "TAGSMITH_PUBLISH_DIR": str(folder / "published"),
            "TAGSMITH_FEATURE_STORE": str(folder / "store"),
            "TAGSMITH_REDIS": f"127.0.0.1:{port}",
        }
        places = Places.from_environment(environment)
        write_history(places, asked.items)
        measure(results, places, asked.items, asked.seconds)
        if shutil.which("redis-server") is None:
            print("no redis-server found: skipped")
            results.write()
            return 0
        server: subprocess.Popen[bytes] = redis_server(port, folder, "--save", "")
        try:
            redis = {**environment, "TAGSMITH_ONLINE_STORE": "redis"}
            measure(results, Places.from_environment(redis), asked.items, asked.seconds)
        finally:
            server.terminate()
            server.wait(10)
    results.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
