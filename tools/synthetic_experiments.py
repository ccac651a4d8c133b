"""Invent an A/B test with a known truth: `python tools/synthetic_experiments.py --users 1000000`.

Synthetic, from a seed. Every user has an individual activity and click rate, items have a
popularity; group B gets the requested effects. Each user acts for `days` days before the
experiment (the pre-period), then for `days` days in it. Written in chunks, so memory does not grow
with the number of events. Figures say nothing about real users.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
KINDS = ("assignment", "exposure", "click", "conversion", "view")
STARTED_AT = np.datetime64("2026-07-01T00:00:00", "s")  # UTC
_CHUNK = 50_000  # users
_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """Size of the experiment and its true effects.

    Effects are relative: ctr_effect 0.1 means that a user of B clicks 1.1 times as often. A share
    of `b_share` of the users is drawn into B, `share_in_both` of them leaves events in both groups.
    heterogeneity is the standard deviation of the log of each user's activity and taste.
    """

    users: int = 1_000
    items: int = 200
    exposures: float = 20.0
    views: float = 2.0
    ctr: float = 0.1
    cvr: float = 0.3
    ctr_effect: float = 0.0
    cvr_effect: float = 0.0
    pv_effect: float = 0.0
    reach_effect: float = 0.0
    heterogeneity: float = 0.8
    b_share: float = 0.5
    share_in_both: float = 0.0
    has_past: bool = True
    days: int = 14
    seed: int = 1


@dataclass(frozen=True)
class Users:
    """A chunk of users: event counts of each, in the experiment and before it."""

    numbers: _Ints
    is_b: NDArray[np.bool_]
    is_in_both: NDArray[np.bool_]
    during: dict[str, _Ints]
    before: dict[str, _Ints]


def draw_users(world: World) -> Iterator[Users]:
    """Yield all users in chunks; the same world always gives the same users."""
    for start in range(0, world.users, _CHUNK):
        rng = np.random.default_rng([world.seed, start])
        size = min(_CHUNK, world.users - start)
        spread = world.heterogeneity
        # The mean of each factor is 1, so that the users' mean rates are those of the world.
        activity, taste = np.exp(rng.normal(-spread * spread / 2, spread, (2, size)))
        is_b = rng.random(size) < world.b_share
        before = _counts(world, rng, activity, taste, np.zeros(size, dtype=bool))
        if not world.has_past:
            before = {kind: np.zeros_like(counts) for kind, counts in before.items()}
        yield Users(
            np.arange(start, start + size),
            is_b,
            rng.random(size) < world.share_in_both,
            _counts(world, rng, activity, taste, is_b),
            before,
        )


def _counts(
    world: World,
    rng: np.random.Generator,
    activity: _Floats,
    taste: _Floats,
    is_b: NDArray[np.bool_],
) -> dict[str, _Ints]:
    """The events of every user in one period, by type."""
    exposures = rng.poisson(world.exposures * activity)
    rate = np.minimum(1, world.ctr * taste * np.where(is_b, 1 + world.ctr_effect, 1))
    clicks = rng.binomial(exposures, rate)
    kept = min(1.0, world.cvr * (1 + world.cvr_effect))
    conversions = rng.binomial(clicks, np.where(is_b, kept, world.cvr))
    views = rng.poisson(world.views * activity * np.where(is_b, 1 + world.pv_effect, 1))
    counts = {"exposure": exposures, "click": clicks, "conversion": conversions, "view": views}
    return {kind: values.astype(np.int64) for kind, values in counts.items()}


def draw_events(world: World, experiment_id: str = "synthetic") -> Iterator[pa.Table]:
    """Yield the rows of the input experiment_events, a table per chunk of users."""
    item_ids = pa.array([f"item-{number:06}" for number in range(world.items)])
    for place, users in enumerate(draw_users(world)):
        rng = np.random.default_rng([world.seed, place, 7])
        parts = [(users.numbers, 0, np.zeros(len(users.numbers), dtype=np.int64))]
        for code, kind in enumerate(KINDS[1:], start=1):
            for counts, offset in ((users.during[kind], 0), (users.before[kind], -world.days)):
                who = np.repeat(users.numbers, counts)
                seconds = rng.integers(0, world.days * 86_400, len(who)) + offset * 86_400
                parts.append((who, code, seconds))
        who = np.concatenate([part[0] for part in parts])
        codes = np.concatenate([np.full(len(part[0]), part[1]) for part in parts])
        seconds = np.concatenate([part[2] for part in parts])
        local = who - users.numbers[0]
        is_b = users.is_b[local] ^ (users.is_in_both[local] & (rng.random(len(who)) < 0.5))
        items = pa.array(_items(world, rng, is_b), mask=codes == 0)
        padded = pc.utf8_lpad(pa.array(who).cast(pa.string()), 8, "0")
        yield pa.table(
            {
                "experiment_id": pa.repeat(experiment_id, len(who)),
                "group": pa.array(["A", "B"]).take(pa.array(is_b.astype(np.int8))),
                "user_id": pc.binary_join_element_wise("u", padded, ""),
                "item_id": item_ids.take(items),
                "event_type": pa.array(KINDS).take(pa.array(codes)),
                "occurred_at": pa.array(STARTED_AT + seconds.astype("timedelta64[s]")),
            }
        )


def _items(world: World, rng: np.random.Generator, is_b: NDArray[np.bool_]) -> _Ints:
    """Items by popularity (a power law); reach_effect lets B see more of the long tail."""
    power = np.where(is_b, 4 / (1 + world.reach_effect), 4)
    return (world.items * rng.random(len(is_b)) ** power).astype(np.int64)


def write_parquet(world: World, path: Path) -> int:
    """Write the events of `world` to `path`, chunk by chunk; returns their number."""
    count, writer = 0, None
    for table in draw_events(world):
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
        count += table.num_rows
    if writer:
        writer.close()
    return count


def write_sample(path: Path) -> int:
    """Write the sample seed: users of a small service, over the items of the sample catalogue."""
    with (SEEDS / "sample_items.csv").open(encoding="utf-8", newline="") as file:
        names = pa.array([row["item_id"] for row in csv.DictReader(file)])
    world = World(
        users=260, items=len(names), exposures=4, views=1, ctr=0.25, ctr_effect=0.8,
        pv_effect=0.6, heterogeneity=0.5, share_in_both=0.01, seed=4,
    )  # fmt: skip
    table = pa.concat_tables(draw_events(world, "tags-on-the-shelf"))
    codes = pc.utf8_slice_codeunits(table["item_id"], 5).cast(pa.int64())
    times = pc.strftime(table["occurred_at"], "%Y-%m-%d %H:%M:%S")
    table = table.set_column(3, "item_id", names.take(codes.combine_chunks()))
    table = table.set_column(5, "occurred_at", times)
    order = [(name, "ascending") for name in ("occurred_at", "user_id", "event_type", "item_id")]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.column_names)
        rows = table.sort_by(order).to_pylist()
        writer.writerows([value or "" for value in row.values()] for row in rows)
    return int(table.num_rows)


def main() -> None:
    """Write one experiment, or the sample seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="a parquet file; without it the sample seed")
    for field in fields(World):
        if isinstance(field.default, bool):
            parser.add_argument("--no-past", dest=field.name, action="store_false")
        else:
            name = f"--{field.name.replace('_', '-')}"
            parser.add_argument(name, type=type(field.default), default=field.default)
    arguments = vars(parser.parse_args())
    path = arguments.pop("out")
    if path:
        count = write_parquet(World(**arguments), path)
    else:
        path = SEEDS / "sample_experiment_events.csv"
        count = write_sample(path)
    print(f"{path}: {count:,} synthetic events")


if __name__ == "__main__":
    main()
