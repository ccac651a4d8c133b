"""The tasks of the cold-start experiment, its models, and every arm of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from python_udfs.recommenders.base import Recommender
from python_udfs.recommenders.content import Content
from python_udfs.recommenders.evaluation import (
    ARMS,
    Options,
    Result,
    Split,
    Task,
    arm_features,
    hold_out_cold,
    test_scores,
)
from python_udfs.recommenders.evaluation.experiment import MakeModel
from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.graph import Graph
from python_udfs.recommenders.hybrid import Hybrid
from python_udfs.recommenders.item_cf import ItemCF
from python_udfs.recommenders.popularity import Popularity
from tagsmith.cold_start_data import ColdStartData

_LATEST_SHARE = 0.2
COLD = "cold items"
LESS_RATED, MORE_RATED = (
    f"{COLD}, hits in their less rated half",
    f"{COLD}, hits in their more rated half",
)
WHOLE = "whole catalogue"
WHOLE_COLD_HITS, WHOLE_WARM_HITS = f"{WHOLE}, cold hits", f"{WHOLE}, warm hits"
Results = dict[str, list[Result]]


@dataclass(frozen=True)
class Part:
    """A split with its tasks; the others are parts of the first."""

    split: Split
    tasks: dict[str, Task]


def make_parts(data: ColdStartData, options: Options) -> tuple[Part, Part]:
    """Return the task with only cold items, and the one with cold and warm items."""
    given = (data.interactions, data.cold_items, data.catalogue)
    split = hold_out_cold(*given)
    cold = Task.make(split, options, cold_only=True)
    is_less = cold.n_users_of_item <= np.median(cold.n_users_of_item)
    alone = {
        COLD: cold,
        LESS_RATED: cold.restricted(is_less),
        MORE_RATED: cold.restricted(~is_less),
    }
    later = hold_out_cold(*given, _LATEST_SHARE)
    whole = Task.make(later, options, cold_only=False)
    among = {
        WHOLE: whole,
        WHOLE_COLD_HITS: whole.restricted(later.is_cold),
        WHOLE_WARM_HITS: whole.restricted(~later.is_cold),
    }
    return Part(split, alone), Part(later, among)


def models_of(part: Part) -> dict[str, MakeModel]:
    """Return the recommenders that use features and add something on `part`."""
    # No cut-off: cold items must be ranked, however far behind warm ones.
    n_items = len(part.split.train.items)
    models: dict[str, MakeModel] = {
        "content": Content,
        "graph": lambda: Graph(n_neighbors=n_items),
    }
    # With only cold items the hybrid equals its content part, so it adds nothing there.
    return models if COLD in part.tasks else {**models, "hybrid": lambda: Hybrid(depth=None)}


def run_arms(data: ColdStartData, part: Part) -> Results:
    """Return the results of every arm by task; models without features come first, once."""
    results: Results = {name: [] for name in part.tasks}

    def measure(model: Recommender, arm: str, features: ItemFeatures | None) -> None:
        orders = next(iter(part.tasks.values())).ranked(test_scores(model, part.split, features))
        for name, task in part.tasks.items():
            results[name].append(Result(model.name, arm, *task.measured(orders)))

    for baseline in (Popularity(), ItemCF()):
        measure(baseline, "any", None)
    for make in models_of(part).values():
        for arm in ARMS:
            measure(make(), arm.name, arm_features(data.blocks, part.split, arm))
    return results
