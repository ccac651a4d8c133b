"""Scores as shares of tags that people give: Platt scaling (Platt, 1999), by scikit-learn.

Two numbers, a slope and a shift of the log-odds, the same for all tags. Unlike the steps of an
isotonic regression the curve rises everywhere, so the order of an item's tags is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

__all__ = ["LEAST_EXAMPLES", "Curve"]

# Listed tags that people gave, and others; with fewer of either the scores stay as they are.
LEAST_EXAMPLES = 20
_LEAST_SCORE = 1e-6


@dataclass(frozen=True)
class Curve:
    """Slope and shift of the log-odds of a score."""

    slope: float = 1.0
    shift: float = 0.0

    @classmethod
    def learn(cls, scores: NDArray[np.float64], is_true: NDArray[np.bool_]) -> Self:
        """Fit to (n,) scores in [0, 1]; the identity if examples are too few or speak against."""
        n_true = int(is_true.sum())
        if min(n_true, len(scores) - n_true) < LEAST_EXAMPLES:
            return cls()
        model = LogisticRegression(C=np.inf).fit(_log_odds(scores)[:, np.newaxis], is_true)
        slope, shift = float(model.coef_[0, 0]), float(model.intercept_[0])
        return cls(slope, shift) if slope > 0 else cls()

    def __call__(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated scores in (0, 1), any shape."""
        shares: NDArray[np.float64] = 1 / (1 + np.exp(-self.slope * _log_odds(scores) - self.shift))
        return shares


def _log_odds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = np.clip(scores, _LEAST_SCORE, 1 - _LEAST_SCORE)
    odds: NDArray[np.float64] = np.log(kept / (1 - kept))
    return odds
