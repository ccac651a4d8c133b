"""Reads item features like any reader of the published store: parquet under `current`."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from python_udfs.errors import InputError
from python_udfs.recommenders.arrays import Strings, strings

__all__ = ["read_published"]


def read_published(publish_dir: Path | str) -> tuple[pa.Table, Strings]:
    """Return (item_id, feature, weight) of the published tags, and all item ids, sorted.

    Reads only item_tags.parquet and item_features.parquet of `<publish_dir>/current`; the link is
    resolved once, so that both are of the same version. `feature` is the tag, `weight` its
    score in [0, 1] (float64).

    Raises InputError if nothing is published there, or a file lacks a column of the contract.
    """
    current = Path(publish_dir) / "current"
    try:
        folder = current.resolve(strict=True)
        tags = pq.read_table(folder / "item_tags.parquet", columns=["item_id", "tag", "score"])
        items = pq.read_table(folder / "item_features.parquet", columns=["item_id"])
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        raise InputError(
            f"cannot read published features from {current}: {error}. Publish with "
            "`make build`, or set TAGSMITH_PUBLISH_DIR to a folder with a "
            "`current` that has item_features.parquet and item_tags.parquet"
        ) from error
    return tags.rename_columns(["item_id", "feature", "weight"]), strings(
        items["item_id"].combine_chunks().sort()
    )
