"""The student's tags of every item, learnt only from the items of other folds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import python_udfs.torch_first  # noqa: F401  # before scikit-learn

# isort: split
import joblib
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from python_udfs.evaluation.top_places import MILLION, top_places
from python_udfs.student.curve import Curve
from python_udfs.student.features import Features
from python_udfs.student.linear import fit
from python_udfs.student.sample import feature_rows

__all__ = ["STUDENT_TAGS", "student_tags"]

STUDENT_TAGS = pa.schema([
    ("item_id", pa.string()),
    ("tag", pa.string()),
    ("score", pa.float64()),
    ("position", pa.int32()),
])  # fmt: skip

_LEAST_ITEMS_OF_TAG = 3
_ITEMS_A_BLOCK = 2_000


def student_tags(
    items: pa.Table, labels: pa.Table, *, tags_per_item: int, least_items: int
) -> pa.Table:
    """Return rows of STUDENT_TAGS: at most `tags_per_item` tags of each item, position from 1.

    `items`: item_id (string), fold (int32), text (string, the whole of it), facts (list of
    strings), one row each; and, for all or none, embedding (list of floats). `labels`: item_id,
    tag (string), weight (float64), each pair once; the weight is 1 for tags that people gave, else
    above 0 and below 1. The latter count only where people are silent, for items or tags that they
    never named. Labels of other items are left out. No rows if fewer than `least_items` items have
    labels.

    Features are learnt from all items, labelled or not, and see no label. The linear model and the
    curve that turns its scores into the share of such tags that people give are learnt from the
    labelled items of other folds; a tag needs three of them there. Scores are in (0, 1], rounded
    to 6 places, and fall with the position; ties go to the first tag in the alphabet. Rows are
    sorted by item and position. Blocks and folds run side by side, each in one thread, so the
    result is the same for any number of cores and any order of the rows.
    """
    items = items.sort_by("item_id")
    catalogue = _Labelled.of(items, labels)
    if int(catalogue.is_labelled.sum()) < least_items:
        return STUDENT_TAGS.empty_table()
    folds = np.asarray(items["fold"])
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(joblib.cpu_count()) as pool:
        features = Features.learn(items.take(pa.array(feature_rows(items["item_id"].to_pylist()))))
        starts = range(0, len(items), _ITEMS_A_BLOCK)
        vectors = np.vstack(
            list(pool.map(lambda start: features.vectors(items[start : start + _ITEMS_A_BLOCK]),
                          starts))
        )  # fmt: skip
        tables = list(
            pool.map(lambda fold: _tags_of_fold(catalogue, vectors, folds, fold, tags_per_item),
                     np.unique(folds))
        )  # fmt: skip
    return pa.concat_tables(tables).sort_by([("item_id", "ascending"), ("position", "ascending")])


class _Labelled:
    """Items with the weights of their labels, (items, tags); tags in the order of the alphabet."""

    def __init__(self, items: pa.Table, tags: pa.Array, weights: csr_array) -> None:
        self.items, self.tags, self.weights = items, tags, weights
        self.is_labelled = np.diff(weights.indptr) > 0

    @classmethod
    def of(cls, items: pa.Table, labels: pa.Table) -> _Labelled:
        tags = pc.unique(labels["tag"]).sort()
        rows = pc.index_in(labels["item_id"], value_set=items["item_id"].combine_chunks())
        known = pc.is_valid(rows)
        places = (
            np.asarray(rows.filter(known), dtype=np.int32),
            np.asarray(pc.index_in(labels["tag"], value_set=tags).filter(known), dtype=np.int32),
        )
        weights = np.asarray(labels["weight"].filter(known), dtype=np.float32)
        return cls(items, tags, csr_array((weights, places), shape=(len(items), len(tags))))


def _tags_of_fold(
    catalogue: _Labelled,
    vectors: NDArray[np.float32],
    folds: NDArray[np.int32],
    fold: int,
    tags_per_item: int,
) -> pa.Table:
    """Rows of STUDENT_TAGS for the items of one fold, learnt from the others."""
    learnt = np.flatnonzero(catalogue.is_labelled & (folds != fold))
    labels = _where_people_are_silent(catalogue.weights[learnt])
    columns = np.flatnonzero(
        np.bincount(labels.indices, minlength=len(catalogue.tags)) >= _LEAST_ITEMS_OF_TAG
    )
    if not len(columns):
        return STUDENT_TAGS.empty_table()
    labels = labels[:, columns]
    curve = _curve(vectors[learnt], labels, folds[learnt], tags_per_item)
    model = fit(vectors[learnt], labels)
    rows = np.flatnonzero(folds == fold)
    blocks = [rows[start : start + _ITEMS_A_BLOCK] for start in range(0, len(rows), _ITEMS_A_BLOCK)]
    listed = [top_places(model.scores(vectors[block]), tags_per_item) for block in blocks]
    places = np.vstack([places for places, _ in listed])
    scores = curve(np.vstack([millionths for _, millionths in listed]) / MILLION).round(6)
    positions = np.tile(np.arange(1, places.shape[1] + 1, dtype=np.int32), len(rows))
    is_kept = scores.ravel() > 0
    return pa.table(
        [
            catalogue.items["item_id"].take(pa.array(rows.repeat(places.shape[1])[is_kept])),
            catalogue.tags.take(pa.array(columns[places.ravel()[is_kept]])),
            pa.array(scores.ravel()[is_kept]),
            pa.array(positions[is_kept]),
        ],
        schema=STUDENT_TAGS,
    )


def _where_people_are_silent(weights: csr_array) -> csr_array:
    """The labels of people, and others of items or tags that have none of people among these."""
    rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    is_given = weights.data >= 1
    of_items = np.bincount(rows, is_given, minlength=weights.shape[0]) > 0
    of_tags = np.bincount(weights.indices, is_given, minlength=weights.shape[1]) > 0
    kept = is_given | ~of_items[rows] | ~of_tags[weights.indices]
    places = (rows[kept], weights.indices[kept])
    return csr_array((weights.data[kept], places), shape=weights.shape)


def _curve(
    vectors: NDArray[np.float32],
    labels: csr_array,
    folds: NDArray[np.int32],
    tags_per_item: int,
) -> Curve:
    """How often people gave the tags that a model lists for items that it did not see.

    One of the folds is held out from a model of the others. The items that the curve is for are
    not among these rows, so no label of theirs moves it, not even through the model.
    """
    is_held_out = folds == folds.min(initial=np.iinfo(np.int32).max)
    given = labels.copy()
    given.data = (given.data >= 1).astype(np.float32)
    given.eliminate_zeros()
    by_people = np.flatnonzero(is_held_out & (np.diff(given.indptr) > 0))
    if is_held_out.all() or not len(by_people):
        return Curve()
    model = fit(vectors[~is_held_out], labels[~is_held_out])
    places, millionths = top_places(model.scores(vectors[by_people]), tags_per_item)
    is_true = np.take_along_axis(given[by_people].toarray() > 0, places, axis=1)
    return Curve.learn(millionths.ravel() / MILLION, is_true.ravel())
