"""Two sentences of the summary: how good the tags are, and what each stage contributes."""

from __future__ import annotations

from collections.abc import Sequence

from python_udfs.errors import InputError
from tagsmith.report.offline import Offline, System, best
from tagsmith.report.sections.stages import differences
from tagsmith.report.tables import Row, Tables
from tagsmith.report.wording import interval, joined, percent, plural, signed, system_label

__all__ = ["how_good", "which_stages"]


def how_good(tables: Tables) -> str:
    """Precision by both match kinds, beside the best baseline."""
    offline = Offline(tables)
    systems = offline.systems()
    k = offline.headline_k()
    rows = [
        row for row in offline.compared()
        if row["k"] == k and row["metric"] == "precision" and row["system"] in systems
    ]  # fmt: skip
    parts = [_of_kind(tables, rows, systems, kind, k) for kind in ("exact", "semantic")]
    said = [part for part in parts if part]
    if not said:
        raise InputError("The table offline_metrics has no row of Tagsmith: run `make build`.")
    return f"Of its first {k} tags, " + "; ".join(said) + "."


def _of_kind(
    tables: Tables, rows: Sequence[Row], systems: dict[str, System], kind: str, k: int
) -> str:
    ours = best(rows, system="tagsmith", match_kind=kind)
    if ours is None:
        return ""
    said = (
        f"{percent(ours['value'])} {interval(ours['low'], ours['high'], 2)} are tags that people "
        f"gave by {kind} match"
    )
    baselines = [row for row in rows if systems[row["system"]].family == "baseline"]
    baseline = best(baselines, match_kind=kind)
    if baseline is None:
        return said
    compared = [
        row for row in _differences(tables, k)
        if row["system"] == baseline["system"] and row["match_kind"] == kind
        and row["metric"] == "precision"
    ]  # fmt: skip
    reading = {
        "no difference shown": "no difference that shows",
        "better": "which is better than Tagsmith",
        "worse": "which is worse than Tagsmith",
    }
    word = f", {reading[compared[0]['verdict']]}" if compared else ""
    return (
        f"{said}, against {percent(baseline['value'])} of the best baseline "
        f"({system_label(baseline['system'])}{word})"
    )


def _differences(tables: Tables, k: int) -> list[Row]:
    try:
        return differences(tables, k)
    except InputError:
        return []


def which_stages(tables: Tables) -> str:
    """The stages whose absence makes a difference, the greatest first."""
    offline = Offline(tables)
    systems = offline.systems()
    k = offline.headline_k()
    rows = [
        row for row in differences(tables, k)
        if row["metric"] == "precision" and row["match_kind"] == "semantic"
        and row["system"] in systems and systems[row["system"]].family == "ablation"
    ]  # fmt: skip
    worse = sorted(
        (row for row in rows if row["verdict"] == "worse"), key=lambda row: row["difference"]
    )
    better = sorted(
        (row for row in rows if row["verdict"] == "better"), key=lambda row: -row["difference"]
    )
    return (
        f"Of {plural(len(rows), 'variant')} with one stage taken out or changed, "
        f"{_named(worse, 'less')}, {_named(better, 'more')}, and the other "
        f"{len(rows) - len(worse + better)} show no difference (semantic precision at {k})."
    )


def _named(rows: Sequence[Row], word: str) -> str:
    if not rows:
        return f"none agrees {word} with people"
    named = joined([f"{system_label(r['system'])} {signed(r['difference'], 2)}" for r in rows[:3]])
    agree = "agrees" if len(rows) == 1 else "agree"
    first = "" if len(rows) <= 3 else "most of all "
    return f"{len(rows)} {agree} {word} with people ({first}{named})"
