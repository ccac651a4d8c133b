"""A made-up world in which users like either heists or storms, and some items are new."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from python_udfs.recommenders.arrays import Strings, strings
from python_udfs.recommenders.evaluation import Blocks

N_USERS, N_WARM, N_COLD = 80, 40, 60
TASTES = ("heist", "storm")


def interactions(rows: Sequence[tuple[str, str, int]]) -> pa.Table:
    """A table of (user_id, item_id, occurred_at)."""
    schema = pa.schema({"user_id": pa.string(), "item_id": pa.string(), "occurred_at": pa.int64()})
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)


def features(rows: Sequence[tuple[str, str]]) -> pa.Table:
    """A table of (item_id, feature) with weight 1."""
    schema = pa.schema({"item_id": pa.string(), "feature": pa.string(), "weight": pa.float64()})
    return pa.Table.from_pylist(
        [{"item_id": item, "feature": feature, "weight": 1.0} for item, feature in rows], schema
    )


def taste(number: int) -> str:
    return TASTES[number % 2]


def cold_items() -> Strings:
    return strings([f"c{n:02}" for n in range(N_COLD)])


def catalogue() -> Strings:
    return strings([*cold_items(), *(f"w{n:02}" for n in range(N_WARM))])


def world(seed: int = 3) -> pa.Table:
    """Interactions: users consume a quarter of the items of their taste and few others."""
    random = np.random.default_rng(seed)
    rows = []
    for user in range(N_USERS):
        for kind, n_items in (("w", N_WARM), ("c", N_COLD)):
            for item in range(n_items):
                chance = 0.25 if user % 2 == item % 2 else 0.04
                if random.random() < chance:
                    rows.append((f"u{user:02}", f"{kind}{item:02}", int(random.integers(1000))))
    return interactions(rows)


def blocks(*, is_right: bool, seed: int = 5) -> Blocks:
    """Manual tags name the taste; generated ones do so too, or at random.

    The general block has only the country, which is uninformative.
    """
    random = np.random.default_rng(seed)
    everything = catalogue()
    country = [(item, f"country:{random.integers(3)}") for item in everything]
    human = [(f"w{n:02}", f"tag:{taste(n)}") for n in range(N_WARM)]
    manual = [(f"c{n:02}", f"tag:{taste(n)}") for n in range(N_COLD)]
    guessed = [(f"c{n:02}", f"tag:{taste(int(random.integers(2)))}") for n in range(N_COLD)]
    return Blocks(
        general=features(country),
        human=features(human),
        manual=features(manual),
        generated=features(manual if is_right else guessed),
    )
