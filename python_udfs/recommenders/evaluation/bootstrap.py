"""Intervals that respect both samples: users, and the items they share.

Users with the same few hundred items are not independent: a badly ranked item affects all its
users. So there are three bootstraps. One draws users; one draws cold items and ranks the drawn
ones; one draws both (the pigeonhole bootstrap, Owen 2007, which errs on the wide side). Claims use
the widest of their intervals.

An item that is drawn twice occurs twice in every ranking, and a third of the items is not drawn. So
the mean over resampled catalogues is biased (the first hit comes later, MRR is lower). Resamples of
items are therefore centred: the difference between their mean and the estimate, which is the
bootstrap estimate of bias (Efron and Tibshirani 1993, chapter 10), is subtracted from each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from python_udfs.recommenders.evaluation.metrics import FIGURES, measure
from python_udfs.recommenders.evaluation.ranking import Ranking

__all__ = ["Draws", "Estimate", "Interval", "estimate"]

_TAIL_PERCENT = 2.5


@dataclass(frozen=True)
class Draws:
    """The resamples, shared by all arms so that differences between arms are paired.

    users: int32 (n_resamples, n_users), number of draws of each user. items: int32 (n_resamples,
    n_candidates), the same for candidates; always 1 for unsampled ones (warm items).
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]

    @classmethod
    def make(cls, n_users: int, is_sampled: NDArray[np.bool_], n_resamples: int, seed: int) -> Self:
        """Draw with replacement; is_sampled: bool (n_candidates,), which candidates are drawn."""
        random = np.random.default_rng(seed)
        n_items = int(is_sampled.sum())
        items = np.ones((n_resamples, len(is_sampled)), np.int32)
        users = random.multinomial(n_users, np.full(n_users, 1 / n_users), n_resamples)
        if n_items:
            items[:, is_sampled] = random.multinomial(
                n_items, np.full(n_items, 1 / n_items), n_resamples
            )
        return cls(users.astype(np.int32), items)


@dataclass(frozen=True)
class Interval:
    """A percentile interval at 95 %.

    error: uncertainty of a bound from the finite number of resamples, the larger of the two
    half-widths of the order statistics' 95 % intervals.
    """

    low: float
    high: float
    error: float = 0.0

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Self:
        """Return the interval of bootstrap `values` (n_resamples,)."""
        tail = _TAIL_PERCENT
        off = min(1.96 * np.sqrt(tail * (100 - tail) / len(values)), tail)
        places = [tail, 100 - tail, tail - off, tail + off, 100 - tail - off, 100 - tail + off]
        low, high, *around = np.nanpercentile(values, places)
        error = max(around[1] - around[0], around[3] - around[2]) / 2
        return cls(float(low), float(high), float(error))

    @property
    def width(self) -> float:
        """Width in the unit of the metric."""
        return self.high - self.low

    @property
    def verdict(self) -> str:
        """The conclusion from a difference's interval: helps, hurts, or no difference shown.

        It is borderline if a bound is so near to zero that other resamples could change it.
        """
        if self.low > self.error:
            return "helps"
        if self.high < -self.error:
            return "hurts"
        is_near = self.error > 0 and min(abs(self.low), abs(self.high)) <= self.error
        return "borderline" if is_near else "no difference shown"


@dataclass(frozen=True)
class Estimate:
    """Means over users with their resamples; `a - b` is the paired difference of two arms.

    mean: float64 (n_figures,). by_user, by_item, two_way: float64 (n_resamples, n_figures).
    """

    mean: NDArray[np.float64]
    by_user: NDArray[np.float64]
    by_item: NDArray[np.float64]
    two_way: NDArray[np.float64]

    def __sub__(self, other: Self) -> Estimate:
        """Return the difference, resample by resample."""
        return Estimate(
            self.mean - other.mean,
            self.by_user - other.by_user,
            self.by_item - other.by_item,
            self.two_way - other.two_way,
        )

    def intervals(self, metric: int) -> tuple[Interval, Interval, Interval]:
        """Return the intervals of FIGURES[metric] by users, by items, and by both."""
        return (
            Interval.of(self.by_user[:, metric]),
            Interval.of(self.by_item[:, metric]),
            Interval.of(self.two_way[:, metric]),
        )

    def widest(self, metric: int) -> Interval:
        """Return the widest of the three."""
        return max(self.intervals(metric), key=lambda interval: interval.width)

    def standard_error(self, metric: int) -> float:
        """Return the greatest of the three bootstrap standard errors of FIGURES[metric]."""
        parts = (self.by_user, self.by_item, self.two_way)
        return float(max(np.nanstd(part[:, metric], ddof=1) for part in parts))


def estimate(rankings: Sequence[Ranking], draws: Draws) -> Estimate:
    """Return means and resamples of FIGURES of one arm.

    `rankings` differ in the seed that orders ties. The mean and the user bootstrap use their
    average per user; item resample r uses ranking r modulo their number, so that the order of ties
    varies there too.
    """
    per_user = np.mean([measure(ranking) for ranking in rankings], axis=0)
    once = np.ones((1, len(per_user)), np.int32)
    mean = _means(per_user, once)[0]
    by_item = np.empty((len(draws.items), len(FIGURES)))
    two_way = np.empty_like(by_item)
    for number, (users, items) in enumerate(zip(draws.users, draws.items, strict=True)):
        values = measure(rankings[number % len(rankings)], items)
        by_item[number], two_way[number] = _means(values, np.vstack([once, users[None, :]]))
    by_user = _means(per_user, draws.users)
    return Estimate(mean, by_user, _centred(by_item, mean), _centred(two_way, mean))


def _centred(values: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    centred: NDArray[np.float64] = values - np.nanmean(values, axis=0) + mean
    return centred


def _means(values: NDArray[np.float64], weights: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return means (n_weights, n_metrics) over the users with a value; NaN if there are none."""
    has_value = ~np.isnan(values[:, 0])
    kept = weights[:, has_value].astype(np.float64)
    total = kept.sum(axis=1, keepdims=True)
    means = np.full((len(weights), values.shape[1]), np.nan)
    np.divide(kept @ values[has_value], total, out=means, where=total > 0)
    return means
