"""The experiment in Markdown, and every figure with its intervals as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from python_udfs.recommenders.evaluation.arms import COMPARISONS
from python_udfs.recommenders.evaluation.bootstrap import Estimate, Interval
from python_udfs.recommenders.evaluation.experiment import Result
from python_udfs.recommenders.evaluation.metrics import EXPOSURE, FIGURES, METRICS
from python_udfs.recommenders.evaluation.power import DETECTABLE
from tagsmith.results import markdown_table

__all__ = ["COLUMNS", "arm_table", "difference_table", "rows", "verdicts"]

COLUMNS = (
    "task", "model", "arm", "minus", "metric", "value", "user_low", "user_high", "item_low",
    "item_high", "two_way_low", "two_way_high", "verdict",
)  # fmt: skip
_PRIMARY = 0


def arm_table(results: Sequence[Result]) -> list[str]:
    """One row per model and arm; the interval of the first metric is the widest of three."""
    header = ["model", "features of cold items", f"{METRICS[_PRIMARY]} [95 %]"]
    header += [str(metric) for metric in METRICS[1:]]
    header += ["coverage", "novelty, bits", *EXPOSURE[1:]]
    lines = []
    for result in results:
        mean = result.estimate.mean
        line = [result.model, result.arm]
        line += [f"{mean[_PRIMARY]:.4f} {_plain(result.estimate.widest(_PRIMARY))}"]
        line += [f"{value:.4f}" for value in mean[1 : len(METRICS)]]
        line += [f"{result.coverage:.3f}", *(f"{value:.2f}" for value in mean[len(METRICS) :])]
        lines.append(line)
    return markdown_table(header, lines)


def difference_table(results: Sequence[Result], metric: int = _PRIMARY) -> list[str]:
    """One row per model and comparison: paired difference, intervals, verdict.

    The column before the verdict is the smallest difference that this spread could show.
    """
    header = [
        "model", "arm", "minus", FIGURES[metric], "95 % by users", "95 %, widest",
        "could show", "verdict",
    ]  # fmt: skip
    lines = []
    for model, better, other, difference in _differences(results):
        widest = difference.widest(metric)
        lines.append(
            [model, better, other, f"{difference.mean[metric]:+.4f}",
             _signed(difference.intervals(metric)[0]), _signed(widest),
             f"{DETECTABLE * difference.standard_error(metric):.4f}", widest.verdict]
        )  # fmt: skip
    return markdown_table(header, lines)


def verdicts(results: Sequence[Result], metric: int = _PRIMARY) -> list[str]:
    """One sentence per comparison: models in which it helps, hurts or shows no difference."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for model, better, other, difference in _differences(results):
        of_pair = found.setdefault((better, other), {})
        of_pair.setdefault(difference.widest(metric).verdict, []).append(model)
    return [
        f"- {better} against {other}: "
        + "; ".join(f"{verdict} ({', '.join(models)})" for verdict, models in of_pair.items())
        for (better, other), of_pair in found.items()
    ]


def rows(task: str, results: Sequence[Result]) -> list[tuple[str | float, ...]]:
    """Every mean and every difference of every figure, with the columns COLUMNS.

    Coverage is over all users together and has no interval.
    """
    found: list[tuple[str | float, ...]] = []
    arms = [(result.model, result.arm, "", result.estimate) for result in results]
    for model, arm, other, estimate in [*arms, *_differences(results)]:
        for number, figure in enumerate(FIGURES):
            limits = [end for i in estimate.intervals(number) for end in (i.low, i.high)]
            verdict = estimate.widest(number).verdict if other else ""
            if figure in EXPOSURE:
                # Neither direction is better.
                verdict = {"helps": "higher", "hurts": "lower"}.get(verdict, verdict)
            figures = (round(float(v), 6) for v in (estimate.mean[number], *limits))
            found.append((task, model, arm, other, figure, *figures, verdict))
    no_limits = ("",) * (len(COLUMNS) - 6)
    for result in results:
        value = round(result.coverage, 6)
        found.append((task, result.model, result.arm, "", "coverage", value, *no_limits))
    return found


def _differences(results: Sequence[Result]) -> Iterator[tuple[str, str, str, Estimate]]:
    by_key = {(result.model, result.arm): result.estimate for result in results}
    for model in dict.fromkeys(result.model for result in results):
        for better, other in COMPARISONS:
            if (model, better) in by_key and (model, other) in by_key:
                yield model, better, other, by_key[model, better] - by_key[model, other]


def _plain(interval: Interval) -> str:
    return f"[{interval.low:.4f}, {interval.high:.4f}]"


def _signed(interval: Interval) -> str:
    return f"[{interval.low:+.4f}, {interval.high:+.4f}]"
