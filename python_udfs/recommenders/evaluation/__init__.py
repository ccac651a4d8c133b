"""The cold-start experiment: splits, arms, metrics and conclusions."""

from python_udfs.recommenders.evaluation.arms import ARMS, COMPARISONS, Arm, Blocks, arm_features
from python_udfs.recommenders.evaluation.bootstrap import Draws, Estimate, Interval, estimate
from python_udfs.recommenders.evaluation.experiment import Options, Result, Task, test_scores
from python_udfs.recommenders.evaluation.metrics import (
    EXPOSURE,
    FIGURES,
    METRICS,
    measure,
)
from python_udfs.recommenders.evaluation.power import DETECTABLE, smallest_differences
from python_udfs.recommenders.evaluation.ranking import Candidates, Ranking, rank
from python_udfs.recommenders.evaluation.split import Split, hold_out_cold

__all__ = [
    "ARMS",
    "COMPARISONS",
    "DETECTABLE",
    "EXPOSURE",
    "FIGURES",
    "METRICS",
    "Arm",
    "Blocks",
    "Candidates",
    "Draws",
    "Estimate",
    "Interval",
    "Options",
    "Ranking",
    "Result",
    "Split",
    "Task",
    "arm_features",
    "estimate",
    "hold_out_cold",
    "measure",
    "rank",
    "smallest_differences",
    "test_scores",
]
