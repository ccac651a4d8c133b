"""The recommenders at the size of a platform: seconds (wall, CPU) and peak memory of each.

usage: python -m benchmarks.recommenders [--items 100000] [--users 500000]
           [--interactions 5000000] [--tags-per-item 25] [--models item_cf,graph,...] [--growth]

Synthetic: popularity of items, activity of users and spread of tags are long-tailed, and a user
takes half of the items from one taste (a slice of the catalogue that shares tags). Every model
runs in its own process from published parquet to the last recommendation: reading, fitting,
neighbors of all items, ten recommendations with reasons per user. `--growth` repeats everything at
twice the size and prints the ratios.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.measured import Results
from python_udfs.recommenders import Interactions, ItemFeatures, read_published
from python_udfs.recommenders.explain import Explainer
from python_udfs.recommenders.neighbors import neighbors
from python_udfs.recommenders.recommendations import recommendations
from python_udfs.recommenders.run import known_models

K = 10
NEIGHBORS = 100
N_TASTES = 200
N_TAGS = 20_000
MODELS = "item_cf,graph,content,hybrid"


@dataclass(frozen=True)
class Size:
    """Size of the platform."""

    items: int
    users: int
    interactions: int
    tags_per_item: int

    def doubled(self) -> Size:
        """Twice the items, users and interactions; the same number of tags per item."""
        return Size(2 * self.items, 2 * self.users, 2 * self.interactions, self.tags_per_item)


def write_platform(root: Path, size: Size, seed: int = 1) -> None:
    """Write interactions.parquet, and tags as a published version under `current`."""
    rng = np.random.default_rng(seed)
    taste_of_item = rng.integers(0, N_TASTES, size.items)
    item_ids = pa.array([f"item{i:08}" for i in range(size.items)])
    folder = root / "v1"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"item_id": item_ids}), folder / "item_features.parquet")
    rows = np.repeat(np.arange(size.items), size.tags_per_item)
    common = (N_TAGS * rng.random(len(rows)) ** 3).astype(np.int64)
    # A third of the tags come from the 60 of the item's taste.
    own = N_TAGS + taste_of_item[rows] * 60 + rng.integers(0, 60, len(rows))
    tags = np.where(rng.random(len(rows)) < 1 / 3, own, common)
    table = pa.table(
        {
            "item_id": item_ids.take(pa.array(rows)),
            "tag": pc.binary_join_element_wise("tag", pa.array(tags).cast(pa.string()), " "),
            "score": np.round(rng.uniform(0.3, 1, len(rows)), 2),
        }
    )
    pq.write_table(table, folder / "item_tags.parquet")
    (root / "current").symlink_to("v1")
    users = (size.users * rng.random(size.interactions) ** 1.5).astype(np.int64)
    by_fame = np.argsort(taste_of_item, kind="stable")
    starts = np.searchsorted(taste_of_item[by_fame], np.arange(N_TASTES + 1))
    taste = rng.integers(0, N_TASTES, size.users)[users]
    draw = rng.random(size.interactions) ** 2.5
    of_taste = by_fame[
        np.minimum(starts[taste] + (draw * np.diff(starts)[taste]).astype(np.int64), size.items - 1)
    ]
    famous = (size.items * rng.random(size.interactions) ** 2.5).astype(np.int64)
    items = np.where(rng.random(size.interactions) < 0.5, of_taste, famous)
    user_ids = pa.array([f"user{i:08}" for i in range(size.users)])
    pq.write_table(
        pa.table(
            {"user_id": user_ids.take(pa.array(users)), "item_id": item_ids.take(pa.array(items))}
        ),
        root / "interactions.parquet",
    )


def run_model(root: Path, name: str) -> dict[str, float]:
    """Run one model from parquet to the last recommendation; seconds of each step, rows."""
    marks = [time.monotonic()]

    def lap() -> float:
        marks.append(time.monotonic())
        return round(marks[-1] - marks[-2], 2)

    tags, items = read_published(root)
    interactions = Interactions.from_arrow(pq.read_table(root / "interactions.parquet"), items)
    features = ItemFeatures.from_arrow(tags, items)
    del tags
    found: dict[str, float] = {"read_s": lap()}
    model = known_models(NEIGHBORS)[name].fit(interactions, features)
    found["fit_s"] = lap()
    found["n_neighbors"] = sum(batch.num_rows for batch in neighbors(model, items, K))
    found["neighbors_s"] = lap()
    batches = recommendations(model, interactions, Explainer(interactions, features), K)
    found["n_recommended"] = sum(batch.num_rows for batch in batches)
    found["recommend_s"] = lap()
    return found


def measure(root: Path, name: str) -> dict[str, float]:
    """Run one model in its own process; adds its wall time and peak memory."""
    start = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.recommenders", "--root", str(root), "--models", name],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise SystemExit(f"{name}: {ended.stderr[-4000:]}")
    found: dict[str, float] = json.loads(ended.stdout)
    return {**found, "wall_s": round(time.monotonic() - start, 1)}


def peak_mb() -> int:
    """Peak resident memory of this process so far, MB."""
    import resource

    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


def report(results: Results, size: Size, models: list[str]) -> dict[str, dict[str, float]]:
    """Write a platform of `size`, measure each model, return the figures."""
    with tempfile.TemporaryDirectory() as folder:
        write_platform(Path(folder), size)
        figures = {name: measure(Path(folder), name) for name in models}
    header = ("model", *next(iter(figures.values())))
    rows = [(name, *(f"{value:,}" for value in found.values())) for name, found in figures.items()]
    results.add(
        f"{size.items:,} items, {size.users:,} users, {size.interactions:,} interactions",
        header, rows, "Seconds of each step, of CPU and of wall; peak memory in MB.",
    )  # fmt: skip
    return figures


def main() -> None:
    """Measure the requested models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=500_000)
    parser.add_argument("--interactions", type=int, default=5_000_000)
    parser.add_argument("--tags-per-item", type=int, default=25)
    parser.add_argument("--models", default=MODELS)
    parser.add_argument("--growth", action="store_true", help="also at twice the size")
    parser.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.root:
        found = run_model(options.root, options.models)
        print(json.dumps({**found, "cpu_s": round(time.process_time(), 1), "peak_mb": peak_mb()}))
        return
    results = Results("recommenders", "Recommenders at the size of a platform")
    size = Size(options.items, options.users, options.interactions, options.tags_per_item)
    models = options.models.split(",")
    once = report(results, size, models)
    if options.growth:
        twice = report(results, size.doubled(), models)
        keys = ("cpu_s", "wall_s", "peak_mb")
        rows = [
            (name, *(f"{twice[name][key] / once[name][key]:.2f}" for key in keys))
            for name in models
        ]
        results.add("Twice the size, as a ratio", ("model", *keys), rows)
    results.write()


if __name__ == "__main__":
    main()
