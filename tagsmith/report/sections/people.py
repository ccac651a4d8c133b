"""People against people: one source of tags judged by another, and Tagsmith by the same."""

from __future__ import annotations

from tagsmith.report.blocks import Block, Figure, Grid
from tagsmith.report.charts import Panel, intervals
from tagsmith.report.offline import DEFINITIONS, FAMILY_GROUPS, Offline, point_of
from tagsmith.report.wording import count, interval, number, system_label

__all__ = ["figures"]


def figures(offline: Offline, kind: str) -> list[Block]:
    """Return the figure of a match kind; none if no system is a group of people."""
    systems = offline.systems()
    k = offline.headline_k()
    rows = [
        row for row in offline.metrics(truth=None)
        if row["truth"].startswith("tagger:") and row["match_kind"] == kind
        and row["metric"] == "precision" and row["k"] == k and row["system"] in systems
        and systems[row["system"]].family in ("tagsmith", "human")
        and row["system"] != row["truth"].replace("tagger:", "human:", 1)
    ]  # fmt: skip
    if not any(systems[row["system"]].family == "human" for row in rows):
        return []
    truths = sorted({row["truth"] for row in rows})
    label = {truth: "judged by " + truth.removeprefix("tagger:") for truth in truths}
    rows.sort(key=lambda row: (systems[row["system"]].family != "tagsmith", row["system"]))
    return [
        Figure(
            title=f"People against people, {kind} match",
            shows=f"How many of {k} tags of one group of people were also given by another group, "
            "and the same for Tagsmith: what agreement can be expected at all.",
            good="Tagsmith near the dots of people agrees with them as much as they do with one "
            "another.",
            definition=DEFINITIONS["precision"] + " " + DEFINITIONS[kind],
            note="Shares from 0 to 1; each panel takes one group as the truth, over the items that "
            "it tagged.",
            chart=intervals(
                [Panel(label[truth], f"precision at {k}", is_from_zero=True) for truth in truths],
                [point_of(row, label[row["truth"]], systems) for row in rows],
                FAMILY_GROUPS,
                f"Dot plot of precision at {k} of people and Tagsmith by the group that judges",
            ),
            grid=Grid(
                f"Precision at {k}, {kind} match, by the group of people that judges",
                ("system", "judged by", "precision", "95 % interval", "items"),
                [
                    (
                        system_label(row["system"]),
                        row["truth"].removeprefix("tagger:"),
                        number(row["value"]),
                        interval(row["low"], row["high"]),
                        count(row["n_items"]),
                    )
                    for row in rows
                ],
                frozenset({2, 3, 4}),
            ),
        )
    ]
