"""Intervals over items: resamples of items, shared by all compared figures.

An item is drawn with all its measurements. So its tags, which are not independent, stay together,
and the results of two systems on one item stay paired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from python_udfs.recommenders.evaluation.bootstrap import Interval

__all__ = ["Estimates", "Resamples"]

Floats = npt.NDArray[np.float64]

_DECIMALS = 6


@dataclass(frozen=True)
class Estimates:
    """Figures of n columns, each float64 (n,): value with the ends of its 95 % interval.

    n_items: int64 (n,), the items behind each. A column without any item is NaN.
    """

    value: Floats
    low: Floats
    high: Floats
    n_items: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Resamples:
    """How often each item is drawn in each resample: float64 (n_resamples, n_items)."""

    weights: Floats

    @classmethod
    def make(cls, n_items: int, n_resamples: int, seed: int) -> Self:
        """Draw n_items items with replacement, n_resamples times."""
        if not n_items:
            return cls(np.zeros((n_resamples, 0)))
        random = np.random.default_rng(seed)
        shares = np.full(n_items, 1 / n_items)
        return cls(random.multinomial(n_items, shares, n_resamples).astype(np.float64))

    def of(self, items: npt.NDArray[np.int64]) -> Self:
        """Return the same resamples for some of the items, int64 (n,)."""
        return type(self)(self.weights[:, items])

    def means(self, values: Floats) -> Estimates:
        """Return means of the columns of `values` (n_items, n), over the items without a NaN."""
        has_value = ~np.isnan(values)
        # Many columns share the same items (all metrics of a list): sum their weights once. Packed,
        # since comparing whole columns takes longer than the product.
        packed = np.packbits(has_value, axis=0)
        _, first, group_of = np.unique(packed, axis=1, return_index=True, return_inverse=True)
        groups = has_value[:, first].astype(np.float64)
        return self._estimates(np.where(has_value, values, 0.0), groups, group_of.reshape(-1))

    def ratios(self, numerators: Floats, denominators: Floats) -> Estimates:
        """Return sum(numerators) / sum(denominators), column by column, both (n_items, n)."""
        return self._estimates(numerators, denominators, np.arange(denominators.shape[1]))

    def _estimates(
        self, numerators: Floats, denominators: Floats, column_of: npt.NDArray[np.int64]
    ) -> Estimates:
        """Divide each column of `numerators` by its column of `denominators`."""
        n_items = np.count_nonzero(denominators, axis=0)[column_of]
        value = _divided(numerators.sum(axis=0), denominators.sum(axis=0)[column_of])
        drawn = _divided(self.weights @ numerators, (self.weights @ denominators)[:, column_of])
        low, high = np.full((2, len(value)), np.nan)
        for column in np.flatnonzero(n_items):
            # A resample without any item of the column is NaN there, and ignored.
            interval = Interval.of(drawn[:, column])
            low[column], high[column] = interval.low, interval.high
        return Estimates(_rounded(value), _rounded(low), _rounded(high), n_items)


def _divided(numerators: Floats, denominators: Floats) -> Floats:
    """Quotients, NaN if a denominator is 0."""
    quotients = np.full(numerators.shape, np.nan)
    np.divide(numerators, denominators, out=quotients, where=denominators > 0)
    return quotients


def _rounded(figures: Floats) -> Floats:
    """Round to six places, since later ones depend on the order of summation; -0 becomes 0."""
    rounded: Floats = np.round(figures, _DECIMALS) + 0.0
    return rounded
