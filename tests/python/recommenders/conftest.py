"""Three users, four items of which the last has no interaction, three tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from python_udfs.recommenders import Interactions, ItemFeatures

ITEMS = ("a", "b", "c", "d")
ROWS = (("u1", "a"), ("u1", "b"), ("u2", "a"), ("u2", "c"), ("u3", "b"))
TAGS = (("a", "x", 0.5), ("a", "y", 1.0), ("c", "x", 1.0), ("d", "y", 1.0), ("d", "q", 1.0))


def consumed(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """A table of (user_id, item_id)."""
    schema = pa.schema({"user_id": pa.string(), "item_id": pa.string()})
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)


def tagged(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """A table of (item_id, feature, weight)."""
    schema = pa.schema({"item_id": pa.string(), "feature": pa.string(), "weight": pa.float64()})
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)


@pytest.fixture
def interactions() -> Interactions:
    return Interactions.from_arrow(consumed(ROWS), ITEMS)


@pytest.fixture
def features() -> ItemFeatures:
    return ItemFeatures.from_arrow(tagged(TAGS), ITEMS)


def random_data(seed: int, n_users: int = 40, n_items: int = 30) -> tuple[pa.Table, pa.Table]:
    """Interactions and tags in a random order, with ties, cold items and users of one item."""
    rng = np.random.default_rng(seed)
    pairs = {(f"u{u}", f"i{i:02}") for u, i in rng.integers(0, (n_users, n_items - 5), (200, 2))}
    tags = {(f"i{i:02}", f"t{t}") for i, t in rng.integers(0, (n_items, 12), (150, 2))}
    rows = sorted(pairs)
    rng.shuffle(rows)
    weights = [(*pair, float(rng.choice([0.5, 0.9]))) for pair in sorted(tags)]
    return consumed([tuple(row) for row in rows]), tagged(weights)
