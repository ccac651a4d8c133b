"""Arms differ only in the features of cold items."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from python_udfs.recommenders.evaluation import ARMS, COMPARISONS, Arm, arm_features, hold_out_cold
from python_udfs.recommenders.evaluation.arms import ColdStartFeatures
from tests.python.recommenders.evaluation.worlds import (
    blocks,
    catalogue,
    cold_items,
    features,
    world,
)

SPLIT = hold_out_cold(world(), cold_items(), catalogue())
WARM, COLD = np.flatnonzero(~SPLIT.is_cold), np.flatnonzero(SPLIT.is_cold)


def of_arm(arm: Arm) -> ColdStartFeatures:
    return arm_features(blocks(is_right=False), SPLIT, arm)


@pytest.mark.parametrize("arm", ARMS, ids=str)
def test_warm_rows_are_the_same_in_every_arm(arm: Arm) -> None:
    first, found = of_arm(ARMS[0]), of_arm(arm)
    assert found.features.tolist() == first.features.tolist()
    assert (found.matrix[WARM] != first.matrix[WARM]).nnz == 0
    weighted, also = first.idf_weighted().matrix, found.idf_weighted().matrix
    assert (weighted[WARM] != also[WARM]).nnz == 0
    assert weighted[WARM].nnz > 0


@pytest.mark.parametrize("arm", ARMS, ids=str)
def test_cold_items_have_the_blocks_of_their_arm(arm: Arm) -> None:
    found = of_arm(arm)
    columns = np.unique(found.matrix[COLD].indices)
    kinds = {feature.split(":")[0] for feature in found.features[columns]}
    expected = {"general": "country", "manual": "tag", "generated": "tag"}
    assert kinds == {expected[block] for block in arm.blocks}


def test_what_no_warm_item_has_is_left_out_and_counted() -> None:
    odd = features([("c00", "tag:heist"), ("c01", "tag:never seen"), ("nowhere", "tag:storm")])
    found = arm_features(replace(blocks(is_right=True), generated=odd), SPLIT, ARMS[3])
    assert found.n_unknown == 1
    assert found.n_of_cold_items.sum() == 1
    assert "tag:never seen" not in found.features


def test_a_block_without_rows_is_no_error() -> None:
    found = arm_features(replace(blocks(is_right=True), generated=features([])), SPLIT, ARMS[3])
    assert found.n_of_cold_items.tolist() == [0] * len(COLD)


def test_every_comparison_is_between_arms() -> None:
    names = {arm.name for arm in ARMS}
    assert {name for pair in COMPARISONS for name in pair} <= names
