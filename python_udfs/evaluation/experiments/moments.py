"""Means, variances and covariances of one arm of an experiment, out of exact sums over users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from tea_tasting.aggr import Aggregates

__all__ = ["PARTS", "Moments"]

PARTS = ("numerator", "denominator", "numerator_before", "denominator_before")


@dataclass(frozen=True)
class Moments:
    """Sums over the users of one arm, in whole numbers, so that no order of summing matters.

    `sums` has one number for each of PARTS, `products` one for each pair of them, by their names
    in the order of PARTS.
    """

    n_users: int
    sums: Mapping[str, int]
    products: Mapping[tuple[str, str], int]

    @classmethod
    def from_row(cls, row: Mapping[str, int]) -> Self:
        """Take them from a row of the model `int_experiment_moments`."""
        return cls(
            row["n_users"],
            {part: row[part] for part in PARTS},
            {(left, right): row[f"{left}_x_{right}"] for left, right in _pairs(PARTS)},
        )

    @classmethod
    def from_users(cls, columns: Mapping[str, NDArray[np.int64]]) -> Self:
        """Sum users up; `columns` holds a whole number a user for each of PARTS."""
        return cls(
            len(columns[PARTS[0]]),
            {part: int(columns[part].sum()) for part in PARTS},
            {pair: int(columns[pair[0]] @ columns[pair[1]]) for pair in _pairs(PARTS)},
        )

    @property
    def ratio(self) -> float | None:
        """Sum of numerators by sum of denominators; None where nothing is counted by."""
        whole = self.sums["denominator"]
        return self.sums["numerator"] / whole if whole else None

    def aggregates(self) -> Aggregates:
        """Return sample means, variances and covariances (by n - 1). Needs two users."""
        n = self.n_users

        def covariance(left: str, right: str) -> float:
            # In whole numbers to the last step: large sums differ by little.
            spread = n * self.products[left, right] - self.sums[left] * self.sums[right]
            return spread / (n * (n - 1))

        return Aggregates(
            n,
            {part: self.sums[part] / n for part in PARTS},
            {part: covariance(part, part) for part in PARTS},
            {pair: covariance(*pair) for pair in _pairs(PARTS) if pair[0] != pair[1]},
        )

    def before(self) -> Moments:
        """Return what the same users did before the start, as if it were the experiment."""
        old = {"numerator": "numerator_before", "denominator": "denominator_before"}
        names = {part: old.get(part, part) for part in PARTS}
        return Moments(
            self.n_users,
            {part: self.sums[names[part]] for part in PARTS},
            {
                pair: self.products[_ordered(names[pair[0]], names[pair[1]])]
                for pair in _pairs(PARTS)
            },
        )

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of both arms as one."""
        return Moments(
            self.n_users + other.n_users,
            {part: value + other.sums[part] for part, value in self.sums.items()},
            {pair: value + other.products[pair] for pair, value in self.products.items()},
        )


def _pairs(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(left, right) for i, left in enumerate(names) for right in names[i:]]


def _ordered(left: str, right: str) -> tuple[str, str]:
    return (left, right) if PARTS.index(left) <= PARTS.index(right) else (right, left)
