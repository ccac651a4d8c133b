"""The rows of the offline evaluation that several sections read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tagsmith.report.encodings import Point
from tagsmith.report.tables import Row, Tables
from tagsmith.report.wording import system_label

__all__ = [
    "DEFINITIONS",
    "FAMILIES",
    "FAMILY_GROUPS",
    "MATCH_KINDS",
    "METRICS",
    "Offline",
    "System",
    "best",
    "point_of",
]

METRICS = ("precision", "recall", "mrr")
MATCH_KINDS = ("exact", "semantic")
# The order of the groups of systems, and their names.
FAMILIES = {
    "tagsmith": "Tagsmith",
    "ablation": "Tagsmith with one stage changed",
    "baseline": "baseline: a method without a language model",
    "human": "people",
}
DEFINITIONS = {
    "precision": "Precision at k: hits among the first k tags, divided by k.",
    "recall": "Recall at k: hits among the first k tags, divided by all true tags of the item.",
    "mrr": "MRR at k: 1 divided by the rank of the first hit, 0 without one in the first k.",
    "novelty": "Novelty at k: share of the first k tags that the schema does not hold.",
    "exact": "Exact match: the same tag after folding case, spaces and punctuation.",
    "semantic": (
        "Semantic match: the cosine of two tags reaches semantic_match_threshold, and each true "
        "tag is used once."
    ),
}
# Where each stands in the palette of the charts.
FAMILY_GROUPS = {name: place for place, name in enumerate(FAMILIES.values())}
_HEADLINE_K = 10
_METRIC_COLUMNS = (
    "system", "truth", "match_kind", "k", "slice", "metric",
    "value", "low", "high", "n_items", "n_labels",
)  # fmt: skip


@dataclass(frozen=True)
class System:
    """A system of the evaluation: its family, what it is, and how to read its figures."""

    name: str
    family: str
    description: str
    good_to_know: str


@dataclass(frozen=True)
class Offline:
    """Reads offline_metrics and its neighbours; raises InputError where they are missing."""

    tables: Tables

    def systems(self) -> dict[str, System]:
        """Return the systems by name, in the order of their families."""
        rows = self.tables.rows(
            "evaluation_systems", ("system", "family", "description", "good_to_know")
        )
        order = list(FAMILIES)
        rows.sort(key=lambda row: (order.index(row["family"]), row["system"]))
        return {
            row["system"]: System(
                row["system"], row["family"], row["description"], row["good_to_know"]
            )
            for row in rows
        }

    def depths(self) -> list[int]:
        """Return the values of k that were evaluated."""
        rows = self.tables.rows("offline_metrics", ("k",))
        return sorted({row["k"] for row in rows})

    def headline_k(self) -> int:
        """Return the k that charts show: 10, or the middle one where 10 was not asked for."""
        depths = self.depths()
        return _HEADLINE_K if _HEADLINE_K in depths else depths[len(depths) // 2]

    def compared(self) -> list[Row]:
        """Return the rows that set systems side by side: of the same items, where there are any.

        Part of a catalogue may be tagged (items_to_tag), while baselines have lists for all of it.
        """
        return self.metrics("tagged_by_all_systems") or self.metrics()

    def metrics(self, slice_name: str | None = "all", truth: str | None = "all") -> list[Row]:
        """Return the rows of a slice and a truth; None stands for every one."""
        return self.tables.rows(
            "offline_metrics",
            _METRIC_COLUMNS,
            where="(?::varchar is null or slice = ?) and (?::varchar is null or truth = ?) "
            "and value is not null",
            values=(slice_name, slice_name, truth, truth),
        )


def best(rows: Sequence[Row], **wanted: object) -> Row | None:
    """Return the row of the highest value among those that hold `wanted`."""
    found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return max(found, key=lambda row: (row["value"], row["system"]), default=None)


def point_of(row: Row, panel: str, systems: dict[str, System]) -> Point:
    """Return the mark of a row with system, value, low and high."""
    return Point(
        panel,
        system_label(row["system"]),
        FAMILIES[systems[row["system"]].family],
        row["value"],
        row["low"],
        row["high"],
    )
