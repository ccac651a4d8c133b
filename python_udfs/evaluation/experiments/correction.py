"""Corrects the p-values of several metrics of one experiment for multiple testing."""

from __future__ import annotations

from collections.abc import Sequence

import tea_tasting as tt
from tea_tasting.experiment import ExperimentResult

__all__ = ["corrected"]


def corrected(p_values: Sequence[float | None], method: str) -> list[float | None]:
    """Return the p-values corrected by `method`; None stays None and is not counted.

    holm controls the probability of any false alarm (any dependence), bh the expected share of
    false alarms among the alarms (Benjamini and Hochberg; independent or positively dependent),
    none returns them unchanged.
    """
    tested = {str(place): {"pvalue": p} for place, p in enumerate(p_values) if p is not None}
    if method == "none" or not tested:
        return list(p_values)
    results = ExperimentResult(tested)
    if method == "holm":
        adjusted = tt.adjust_fwer(results, arbitrary_dependence=True, method="bonferroni")
    else:
        adjusted = tt.adjust_fdr(results)
    found = {row["metric"]: float(row["pvalue_adj"]) for row in adjusted.to_dicts()}
    return [found.get(str(place)) for place in range(len(p_values))]
