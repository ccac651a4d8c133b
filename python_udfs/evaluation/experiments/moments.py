"""Means, variances and covariances of one arm of an experiment, from exact sums over users."""

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
    """Integer sums over the users of one arm, so that the order of summation does not matter.

    `sums` has one number per part of PARTS, `products` one per pair of parts, by name in the order
    of PARTS.
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
        """Sum over users; `columns` has an integer per user for each of PARTS."""
        return cls(
            len(columns[PARTS[0]]),
            {part: int(columns[part].sum()) for part in PARTS},
            {pair: int(columns[pair[0]] @ columns[pair[1]]) for pair in _pairs(PARTS)},
        )

    @property
    def ratio(self) -> float | None:
        """Sum of numerators / sum of denominators; None if the latter is 0."""
        whole = self.sums["denominator"]
        return self.sums["numerator"] / whole if whole else None

    def aggregates(self) -> Aggregates:
        """Return sample means, variances and covariances (by n - 1). Needs two users."""
        n = self.n_users

        def covariance(left: str, right: str) -> float:
            # Integers until the last step: large sums differ by little.
            spread = n * self.products[left, right] - self.sums[left] * self.sums[right]
            return spread / (n * (n - 1))

        return Aggregates(
            n,
            {part: self.sums[part] / n for part in PARTS},
            {part: covariance(part, part) for part in PARTS},
            {pair: covariance(*pair) for pair in _pairs(PARTS) if pair[0] != pair[1]},
        )

    def before(self) -> Moments:
        """Return the pre-period of the same users in the place of the experiment."""
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
