from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from python_udfs.evaluation.experiments import Design, compare_coverage
from python_udfs.evaluation.experiments import coverage as module
from python_udfs.evaluation.experiments.coverage import Coverage, permuted

# Items 0 and 1 have one user each, item 2 has users 0 to 2, item 3 users 2 and 3; six users in
# all, two of which saw nothing rare. Ten more items are certain.
_SMALL = Coverage(
    3, 3, 12, 12, 10, np.array([0, 1, 2, 2, 2, 3, 3]), np.array([0, 1, 0, 1, 2, 2, 3])
)


def test_permutations_follow_the_law_of_all_splits() -> None:
    users_of = [{0}, {1}, {0, 1, 2}, {2, 3}]
    expected: dict[tuple[int, int], float] = {}
    splits = [set(chosen) for chosen in combinations(range(6), 3)]
    for in_a in splits:
        a = sum(bool(users & in_a) for users in users_of) + 10
        b = sum(bool(users - in_a) for users in users_of) + 10
        expected[a, b] = expected.get((a, b), 0) + 1 / len(splits)
    shown_a, shown_b = permuted(_SMALL, Design(permutations=20_000))
    pairs = np.stack([shown_a, shown_b], axis=1)
    assert {tuple(pair) for pair in pairs.tolist()} == set(expected)
    for pair, share in expected.items():
        assert (pairs == pair).all(axis=1).mean() == pytest.approx(share, abs=0.015)


def test_batches_of_permutations_are_one_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = permuted(_SMALL, Design(permutations=101))
    monkeypatch.setattr(module, "_CELLS", 30)
    parts = permuted(_SMALL, Design(permutations=101))
    assert np.array_equal(whole, parts)


def test_the_same_seed_gives_the_same_answer_and_another_seed_another() -> None:
    assert compare_coverage(_SMALL, Design()) == compare_coverage(_SMALL, Design())
    first, other = (permuted(_SMALL, Design(seed=seed))[0] for seed in (1, 2))
    assert not np.array_equal(first, other)


def test_a_difference_beyond_chance_has_the_least_p_value() -> None:
    # A hundred items of one user each; chance alone spreads them evenly.
    single = Coverage(500, 500, 20, 80, 0, np.arange(100), np.arange(100))
    found = compare_coverage(single, Design(permutations=999))
    assert found.p_value == pytest.approx(2 / 1000)
    assert found.ratio == 4
    assert found.ratio_low is not None and found.ratio_low > 1
    even = compare_coverage(replace(single, n_items_a=50, n_items_b=50), Design())
    assert even.p_value is not None and even.p_value > 0.9


def test_a_smaller_group_covers_less_by_chance_and_is_told_so() -> None:
    uneven = Coverage(900, 100, 90, 10, 0, np.arange(100), np.arange(100))
    found = compare_coverage(uneven, Design())
    assert found.p_value is not None and found.p_value > 0.5
    assert found.remark is not None and "by chance" in found.remark


def test_where_every_item_is_certain_chance_changes_nothing() -> None:
    nothing = np.array([], dtype=np.int64)
    found = compare_coverage(Coverage(5, 5, 10, 10, 10, nothing, nothing), Design())
    assert (found.p_value, found.ratio, found.ratio_low) == (1.0, 1.0, None)
    assert found.remark == "chance cannot change what these groups are shown"


def test_a_group_without_users_or_items_is_not_compared() -> None:
    assert compare_coverage(replace(_SMALL, n_users_b=0), Design()).method == "none"
    assert compare_coverage(replace(_SMALL, n_items_a=0), Design()).ratio is None
