"""Tables: the widest interval decides, and every figure is written."""

from __future__ import annotations

import numpy as np

from python_udfs.recommenders.evaluation import FIGURES, METRICS, Estimate, Result
from tagsmith.cold_start_report import (
    COLUMNS,
    arm_table,
    difference_table,
    rows,
    verdicts,
)


def result(arm: str, mean: float, spread_of_items: float) -> Result:
    base = np.full((101, len(FIGURES)), mean)
    wave = np.linspace(-1, 1, 101)[:, None]
    estimate = Estimate(np.full(len(FIGURES), mean), base, base + spread_of_items * wave, base)
    return Result("content", arm, estimate, 0.5)


RESULTS = [
    result("none", 0.1, 0.0),
    result("general", 0.2, 0.0),
    result("generated tags", 0.25, 0.12),
]


def test_a_difference_counts_if_the_widest_interval_excludes_zero() -> None:
    lines = [line.split(" | ") for line in difference_table(RESULTS)[2:]]
    found = {(line[1], line[2]): (line[3], line[-1].removesuffix(" |")) for line in lines}
    assert found == {
        ("generated tags", "none"): ("+0.1500", "helps"),
        ("generated tags", "general"): ("+0.0500", "no difference shown"),
        ("general", "none"): ("+0.1000", "helps"),
    }


def test_the_verdicts_say_in_which_models() -> None:
    assert verdicts(RESULTS)[1] == (
        "- generated tags against general: no difference shown (content)"
    )


def test_an_arm_stands_with_its_interval() -> None:
    assert "| content | generated tags | 0.2500 [0.1360, 0.3640] |" in arm_table(RESULTS)[-1]


def test_every_metric_of_every_arm_and_difference_is_a_row() -> None:
    found = rows("cold items", RESULTS)
    assert len(found) == (3 + 3) * len(FIGURES) + 3
    assert {len(row) for row in found} == {len(COLUMNS)}
    of_coverage = [row for row in found if row[4] == "coverage"]
    assert [row[2:6] for row in of_coverage] == [
        (arm, "", "coverage", 0.5) for arm in ("none", "general", "generated tags")
    ]


def test_more_of_what_is_shown_is_neither_help_nor_harm() -> None:
    found = {row[2:5]: row[-1] for row in rows("cold items", RESULTS)}
    assert found["general", "none", str(METRICS[0])] == "helps"
    assert found["general", "none", "novelty"] == "higher"
