"""Invent interactions for the sample catalogue: `python tools/synthetic_interactions.py`.

Synthetic, from a seed: every user likes two genres and some editors' tags, and watches items drawn
by their fit to that taste and their popularity. Three items have few or no views, to show cold
start. Figures say nothing about real users.
"""

# The randomness is only decoration.
# ruff: noqa: S311

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import math
import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
# Views of items that are new to the catalogue; all others are drawn by taste.
COLD = {"lagaan": 0, "in-the-mood-for-love": 2, "train-to-busan": 4}
_FIRST_DAY = dt.datetime(2026, 1, 1)  # UTC
_DAYS = 180


@dataclass(frozen=True)
class Item:
    """Attributes of an item for tastes: genres, tags and popularity."""

    item_id: str
    traits: frozenset[str]
    renown: float


@dataclass(frozen=True)
class Event:
    """One row of the seed."""

    user_id: str
    item_id: str
    event_type: str
    occurred_at: str
    value: str


def read_items(seeds: Path, rng: random.Random) -> list[Item]:
    """Return the items of the sample, in its order, with their genres and editors' tags."""
    traits = defaultdict(set)
    with (seeds / "sample_manual_tags.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            traits[row["item_id"]].add(row["tag"])
    items = []
    with (seeds / "sample_items.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            named = traits[row["item_id"]] | {f"genre {name}" for name in json.loads(row["genres"])}
            items.append(Item(row["item_id"], frozenset(named), rng.uniform(0.0, 1.5)))
    return items


def draw_events(items: list[Item], n_users: int, rng: random.Random) -> list[Event]:
    """Return the events of all users, by user and time."""
    warm = [item for item in items if item.item_id not in COLD]
    users = {f"user-{number:03}": _taste(warm, rng) for number in range(1, n_users + 1)}
    watched = {
        user_id: _drawn(warm, taste, rng.randint(5, 12), rng) for user_id, taste in users.items()
    }
    for item in items:
        # Users whose taste fits best watch a new item first.
        fans = sorted(users, key=lambda user_id: (-_fit(item, users[user_id]), user_id))
        for user_id in fans[: COLD.get(item.item_id, 0)]:
            watched[user_id].append(item)
    return [
        event
        for user_id, seen in watched.items()
        for event in _events(user_id, seen, users[user_id], rng)
    ]


def _taste(items: list[Item], rng: random.Random) -> dict[str, float]:
    """Weights of genres and tags, taken from an item that the user once loved."""
    loved = rng.sample(items, 2)
    taste: dict[str, float] = defaultdict(float)
    for item in loved:
        for trait in sorted(item.traits):
            taste[trait] += rng.uniform(0.6, 1.4) if trait.startswith("genre ") else rng.random()
    return taste


def _fit(item: Item, taste: Mapping[str, float]) -> float:
    return sum(taste.get(trait, 0.0) for trait in sorted(item.traits))


def _drawn(
    items: list[Item], taste: Mapping[str, float], count: int, rng: random.Random
) -> list[Item]:
    """Draw `count` distinct items; the chance grows with fit and popularity (Gumbel top-k)."""
    keys = {
        item.item_id: 0.5 * _fit(item, taste) + item.renown - math.log(-math.log(rng.random()))
        for item in items
    }
    return sorted(items, key=lambda item: -keys[item.item_id])[:count]


def _events(
    user_id: str, items: list[Item], taste: Mapping[str, float], rng: random.Random
) -> list[Event]:
    events = []
    for item in items:
        started = _FIRST_DAY + dt.timedelta(minutes=rng.randrange(_DAYS * 24 * 60))
        is_finished = rng.random() < 0.45 + 0.1 * _fit(item, taste)
        minutes = rng.randint(85, 130) if is_finished else rng.randint(10, 60)
        events.append(Event(user_id, item.item_id, "view", f"{started}", str(minutes)))
        if is_finished:
            ended = started + dt.timedelta(minutes=minutes)
            events.append(Event(user_id, item.item_id, "finish", f"{ended}", ""))
    return sorted(events, key=lambda event: (event.occurred_at, event.item_id))


def main() -> None:
    """Write the seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=70)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=SEEDS / "sample_interactions.csv")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    events = draw_events(read_items(SEEDS, rng), arguments.users, rng)
    with arguments.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Event.__dataclass_fields__)
        writer.writerows(
            (e.user_id, e.item_id, e.event_type, e.occurred_at, e.value) for e in events
        )
    print(f"{arguments.out}: {len(events)} synthetic events of {arguments.users} users")


if __name__ == "__main__":
    main()
