"""A made-up catalogue whose tags can be learnt: a theme has words, facts and tags of its own."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa

__all__ = ["THEMES", "catalogue", "fold_of"]

THEMES = {
    "heist": ("vault robbery getaway crew safe", "genre:crime", ("heist", "robbery")),
    "space": ("rocket orbit planet astronaut crew", "genre:science", ("space", "astronaut")),
    "school": ("teacher pupil classroom exam summer", "genre:drama", ("school", "teacher")),
}


def fold_of(item_id: str) -> int:
    return int(hashlib.sha256(item_id.encode()).hexdigest()[:8], 16) % 5


def catalogue(n_items: int, *, n_labelled: int | None = None) -> tuple[pa.Table, pa.Table]:
    """Items and labels of `student_tags`; all items have a theme, the first ones its tags."""
    random = np.random.default_rng(7)
    filler = [f"word{number}" for number in range(60)]
    rows, labels = [], []
    for number in range(n_items):
        item_id, theme = f"film{number:05d}", list(THEMES)[number % len(THEMES)]
        own, fact, tags = THEMES[theme]
        words = [*random.choice(own.split(), 3), *random.choice(filler, 6)]
        rows.append({"item_id": item_id, "fold": fold_of(item_id), "text": " ".join(words),
                     "facts": [fact]})  # fmt: skip
        if number < (n_items if n_labelled is None else n_labelled):
            labels += [{"item_id": item_id, "tag": tag, "weight": 1.0} for tag in tags]
    items = pa.schema([("item_id", pa.string()), ("fold", pa.int32()), ("text", pa.string()),
                       ("facts", pa.list_(pa.string()))])  # fmt: skip
    given = pa.schema([("item_id", pa.string()), ("tag", pa.string()), ("weight", pa.float64())])
    return pa.Table.from_pylist(rows, items), pa.Table.from_pylist(labels, given)
