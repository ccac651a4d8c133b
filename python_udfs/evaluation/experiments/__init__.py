"""A/B tests of a platform: ratios of B to A with intervals, by user (paper, section 3.2)."""

import python_udfs.torch_first  # noqa: F401  # before scipy
from python_udfs.evaluation.experiments.comparison import Comparison, Design
from python_udfs.evaluation.experiments.correction import corrected
from python_udfs.evaluation.experiments.coverage import compare_coverage
from python_udfs.evaluation.experiments.means import compare_means, sample_ratio_p_value
from python_udfs.evaluation.experiments.moments import Moments

__all__ = [
    "Comparison",
    "Design",
    "Moments",
    "compare_coverage",
    "compare_means",
    "corrected",
    "sample_ratio_p_value",
]
