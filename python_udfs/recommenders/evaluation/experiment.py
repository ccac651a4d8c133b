"""Runs models in arms on one split and measures their lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.recommenders.base import Recommender, Scores
from python_udfs.recommenders.evaluation.bootstrap import Draws, Estimate, estimate
from python_udfs.recommenders.evaluation.metrics import coverage
from python_udfs.recommenders.evaluation.ranking import Candidates, Ranking, rank
from python_udfs.recommenders.evaluation.split import Split
from python_udfs.recommenders.features import ItemFeatures

__all__ = ["MakeModel", "Options", "Result", "Task", "test_scores"]

MakeModel = Callable[[], Recommender]


@dataclass(frozen=True)
class Options:
    """Numbers of random repetitions, and their seed."""

    n_resamples: int = 4000
    n_seeds: int = 40
    seed: int = 1


@dataclass(frozen=True)
class Result:
    """A model in an arm on a task. coverage: share of the candidates shown to any user."""

    model: str
    arm: str
    estimate: Estimate
    coverage: float


@dataclass(frozen=True)
class Task:
    """Candidates, users, truth and the draws that all models share.

    candidates: int64 (n_candidates,), columns of the split. truth, seen: CSR float32
    (n_test_users, n_candidates); seen is None if no candidate was consumed before.
    n_users_of_item: int64 (n_candidates,), over training and test, of n_users in all.
    """

    candidates: NDArray[np.int64]
    truth: sparse.csr_matrix
    seen: sparse.csr_matrix | None
    n_users_of_item: NDArray[np.int64]
    n_users: int
    is_cold: NDArray[np.bool_]
    draws: Draws
    options: Options

    @classmethod
    def make(cls, split: Split, options: Options, *, cold_only: bool) -> Task:
        """Rank only cold items, or every item that the user has not consumed.

        The item bootstrap draws only cold items: they are the sample, the others are fixed.
        """
        users = split.test_users
        candidates = (
            np.flatnonzero(split.is_cold) if cold_only else np.arange(len(split.train.items))
        )
        is_cold = split.is_cold[candidates]
        consumed = (split.train.matrix > 0)[:, candidates]
        tested = split.test[:, candidates]
        return cls(
            candidates=candidates,
            truth=tested[users].tocsr(),
            seen=None if cold_only else consumed[users].tocsr(),
            n_users_of_item=(consumed + tested).getnnz(axis=0).astype(np.int64),
            n_users=len(split.train.users),
            is_cold=is_cold,
            draws=Draws.make(
                len(users),
                is_cold,
                options.n_resamples,
                options.seed,
            ),
            options=options,
        )

    def restricted(self, is_counted: NDArray[np.bool_]) -> Task:
        """Return the same task in which only some candidates (n_candidates,) count as relevant."""
        truth = self.truth.multiply(is_counted.astype(np.float32)[None, :]).tocsr()
        truth.eliminate_zeros()
        return replace(self, truth=truth)

    def with_resamples(self, n: int) -> Task:
        """Return the same task with only the first `n` resamples."""
        return replace(self, draws=Draws(self.draws.users[:n], self.draws.items[:n]))

    def ranked(self, scores: Scores) -> list[NDArray[np.int32]]:
        """Rank scores (n_test_users, n_items of the split) once with each seed; see `rank`."""
        first, own = self.options.seed, scores[:, self.candidates]
        return [rank(own, self.seen, seed) for seed in range(first, first + self.options.n_seeds)]

    def measured(self, orders: Sequence[NDArray[np.int32]]) -> tuple[Estimate, float]:
        """Return figures and coverage of `ranked`, of this task or one that it restricts."""
        popularity = (self.n_users_of_item + 1) / (self.n_users + 1)
        candidates = Candidates(popularity, self.is_cold)
        rankings = [Ranking.of(items, self.truth, candidates) for items in orders]
        return estimate(rankings, self.draws), float(np.mean([coverage(r) for r in rankings]))


def test_scores(model: Recommender, split: Split, features: ItemFeatures | None) -> Scores:
    """Fit on the training interactions; return scores of the users with a test interaction.

    float32 (n_test_users, n_items of the split).
    """
    fitted = model.fit(split.train, features)
    return fitted.scores(slice(0, len(split.train.users)))[split.test_users]
