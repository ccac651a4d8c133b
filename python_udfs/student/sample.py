"""Which items the features are learnt from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

__all__ = ["feature_rows"]

_MOST_ITEMS = 10_000


def feature_rows(item_ids: Sequence[str]) -> list[int]:
    """The rows of the first 10,000 items by the SHA-256 of their id, in their order.

    Chosen without regard to labels: directions fit the items that they were learnt from better than
    others, so vectors of labelled and of other items would differ in kind.
    """
    if len(item_ids) <= _MOST_ITEMS:
        return list(range(len(item_ids)))
    hashes = [hashlib.sha256(item_id.encode()).digest() for item_id in item_ids]
    return sorted(sorted(range(len(item_ids)), key=hashes.__getitem__)[:_MOST_ITEMS])
