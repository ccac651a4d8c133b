"""Items as baselines see them: everything known of an item, except its manual tags."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array

from python_udfs.embedding.vectors import matrix_of

__all__ = ["Items", "TaggedItems", "items_of", "labels_of"]


@dataclass(frozen=True)
class Items:
    """n items: `vectors` float32 (n, d), norm 1; `genres` 0/1 float32 (n, g). No manual tags."""

    vectors: NDArray[np.float32]
    genres: csr_array

    def __len__(self) -> int:
        """Number of items."""
        return len(self.vectors)

    def __getitem__(self, rows: NDArray[np.int64]) -> Items:
        """The items at these positions."""
        return Items(self.vectors[rows], self.genres[rows])


@dataclass(frozen=True)
class TaggedItems:
    """Training data of a baseline: n items and their manual tags, `labels` 0/1 float32 (n, t)."""

    items: Items
    labels: csr_array


def items_of(table: pa.Table) -> Items:
    """Build from columns genres (list of texts), embedding (list of d float32)."""
    genres = table["genres"].combine_chunks()
    flat = genres.flatten()
    universe = pc.unique(flat).sort()
    lengths = np.asarray(pc.fill_null(pc.list_value_length(genres), 0))
    columns = np.asarray(pc.index_in(flat, value_set=universe), dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    ones = np.ones(len(columns), dtype=np.float32)
    return Items(
        matrix_of(table["embedding"]),
        csr_array((ones, columns, starts), shape=(len(table), max(len(universe), 1))),
    )


def labels_of(manual_tags: pa.Table, item_ids: pa.Array, tags: pa.Array) -> csr_array:
    """0/1 float32 (items, tags) of rows (item_id, tag), each pair at most once.

    Rows of unlisted items or tags are left out.
    """
    rows = pc.index_in(manual_tags["item_id"], value_set=item_ids)
    columns = pc.index_in(manual_tags["tag"], value_set=tags)
    known = pc.and_(pc.is_valid(rows), pc.is_valid(columns))
    places = [np.asarray(found.filter(known), dtype=np.int64) for found in (rows, columns)]
    ones = np.ones(len(places[0]), dtype=np.float32)
    return csr_array((ones, (places[0], places[1])), shape=(len(item_ids), len(tags)))
