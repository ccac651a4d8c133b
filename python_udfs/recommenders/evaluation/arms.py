"""Arms of the cold-start experiment: they differ only in the features of the cold items.

Every warm item has its general metadata and its human tags in every arm. A cold item has only the
features of its arm. Features that no warm item has connect nothing; they are counted and left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.recommenders.arrays import Strings
from python_udfs.recommenders.evaluation.split import Split
from python_udfs.recommenders.features import ItemFeatures

__all__ = ["ARMS", "COMPARISONS", "Arm", "Blocks", "ColdStartFeatures", "arm_features"]


@dataclass(frozen=True)
class Arm:
    """A name, and the feature blocks of cold items."""

    name: str
    blocks: tuple[str, ...]


ARMS = (
    Arm("none", ()),
    Arm("general", ("general",)),
    Arm("manual tags", ("manual",)),
    Arm("generated tags", ("generated",)),
    Arm("general + manual", ("general", "manual")),
    Arm("general + generated", ("general", "generated")),
)
COMPARISONS = (
    ("generated tags", "none"),
    ("generated tags", "general"),
    ("general + generated", "general"),
    ("generated tags", "manual tags"),
    ("general + generated", "general + manual"),
    ("manual tags", "none"),
    ("manual tags", "general"),
    ("general + manual", "general"),
    ("general", "none"),
)


@dataclass(frozen=True)
class Blocks:
    """Features to choose from, each a table of item_id, feature (texts) and weight (above 0).

    general: metadata of all items. human: tags of the warm items; `manual` is the same for
    cold items. generated: the tested tags, of cold items.
    """

    general: pa.Table
    human: pa.Table
    manual: pa.Table
    generated: pa.Table

    def of(self, names: tuple[str, ...]) -> pa.Table:
        """Return the named blocks, concatenated."""
        return pa.concat_tables([self.general.slice(0, 0), *(getattr(self, n) for n in names)])


@dataclass(frozen=True)
class ColdStartFeatures(ItemFeatures):
    """Item features with idf over the warm items only, so that it is equal in all arms.

    is_cold: bool (n_items,). n_unknown: rows of cold items with a feature that no warm item has.
    """

    is_cold: NDArray[np.bool_]
    n_unknown: int

    @property
    def counted(self) -> sparse.csr_matrix:
        """The rows of the warm items, CSR."""
        return self.matrix[np.flatnonzero(~self.is_cold)]

    @property
    def n_of_cold_items(self) -> NDArray[np.int64]:
        """Number of features of each cold item, int64 (n_cold,)."""
        counts: NDArray[np.int64] = self.matrix[np.flatnonzero(self.is_cold)].getnnz(axis=1)
        return counts


def arm_features(blocks: Blocks, split: Split, arm: Arm) -> ColdStartFeatures:
    """Return the features of all items of the split; warm rows are equal in all arms."""
    items = split.train.items
    warm = _of_items(blocks.of(("general", "human")), items[~split.is_cold])
    cold = _of_items(blocks.of(arm.blocks), items[split.is_cold])
    is_known = pc.is_in(cold["feature"], value_set=pc.unique(warm["feature"]))
    features = ItemFeatures.from_arrow(pa.concat_tables([warm, cold.filter(is_known)]), items)
    n_unknown = cold.num_rows - int(pc.sum(is_known).as_py() or 0)
    return ColdStartFeatures(
        features.items, features.features, features.matrix, split.is_cold, n_unknown
    )


def _of_items(table: pa.Table, items: Strings) -> pa.Table:
    return table.filter(pc.is_in(table["item_id"], value_set=pa.array(items, pa.string())))
