"""Items shown to each user: scores, ties, and items already consumed."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from python_udfs.recommenders.evaluation import rank


def test_the_best_come_first_and_the_unknown_last() -> None:
    scores = np.array([[0.1, 0.9, -np.inf, 0.5]], np.float32)
    assert rank(scores, None, seed=1).tolist() == [[1, 3, 0, 2]]


def test_what_a_user_knows_stands_behind_everything() -> None:
    scores = np.array([[0.1, 0.9, -np.inf, 0.5]], np.float32)
    seen = sparse.csr_matrix(np.array([[0, 1, 0, 0]], np.float32))
    assert rank(scores, seen, seed=1).tolist() == [[3, 0, 2, 1]]


def test_ties_are_drawn_by_seed_for_each_user() -> None:
    scores = np.zeros((50, 200), np.float32)
    first, again, other = (rank(scores, None, seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
    assert len({tuple(row) for row in first.tolist()}) == 50
    # Each candidate is as likely as any other to be among the 64 of 200 that are kept.
    shares = np.bincount(first.ravel(), minlength=200) / 50
    assert abs(shares - 64 / 200).max() < 5 * np.sqrt(0.32 * 0.68 / 50)


def test_only_the_front_is_kept_and_it_is_that_of_a_full_sort() -> None:
    scores = np.random.default_rng(4).permutation(3000).reshape(1, -1).astype(np.float32)
    assert rank(scores, None, seed=9).tolist() == [np.argsort(-scores[0])[:64].tolist()]
