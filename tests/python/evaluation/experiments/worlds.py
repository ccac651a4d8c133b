"""Synthetic experiments with a known truth, as moments and exposures."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from python_udfs.evaluation.experiments import Comparison, Design, Moments, compare_means
from python_udfs.evaluation.experiments.coverage import Coverage
from tools.synthetic_experiments import STARTED_AT, Users, World, draw_events, draw_users

METRICS = ("ctr", "cvr", "pv", "uv")
_Ints = NDArray[np.int64]


def _parts(counts: dict[str, _Ints], metric: str) -> tuple[_Ints, _Ints]:
    ones = np.ones_like(counts["view"])
    return {
        "ctr": (counts["click"], counts["exposure"]),
        "cvr": (counts["conversion"], counts["click"]),
        "pv": (counts["view"], ones),
        "uv": ((counts["view"] > 0).astype(np.int64), ones),
    }[metric]


def moments(users: Users, metric: str) -> tuple[Moments, Moments]:
    """Moments of groups A and B in one metric."""
    columns = dict(
        zip(
            ("numerator", "denominator", "numerator_before", "denominator_before"),
            _parts(users.during, metric) + _parts(users.before, metric),
            strict=True,
        )
    )
    a, b = (
        Moments.from_users({part: values[chosen] for part, values in columns.items()})
        for chosen in (~users.is_b, users.is_b)
    )
    return a, b


def compared(world: World, design: Design | None = None) -> dict[str, Comparison]:
    """All metrics of a world of one chunk of users."""
    (users,) = draw_users(world)
    return {
        metric: compare_means(*moments(users, metric), design or Design()) for metric in METRICS
    }


def coverage(world: World) -> Coverage:
    """Items shown to both groups of a world; no item is certain."""
    table = pa.concat_tables(draw_events(world))
    times = table["occurred_at"].to_numpy()
    kept = (table["event_type"].to_numpy() == "exposure") & (times >= STARTED_AT)
    assigned = table.filter(pa.array(table["event_type"].to_numpy() == "assignment"))
    n_b = int((assigned["group"].to_numpy() == "B").sum())
    shown = table.filter(pa.array(kept))
    pairs = shown.group_by(["item_id", "user_id", "group"]).aggregate([])
    _, item_codes = np.unique(pairs["item_id"].to_numpy(), return_inverse=True)
    _, user_codes = np.unique(pairs["user_id"].to_numpy(), return_inverse=True)
    in_b = pairs["group"].to_numpy() == "B"
    return Coverage(
        assigned.num_rows - n_b,
        n_b,
        len(np.unique(item_codes[~in_b])),
        len(np.unique(item_codes[in_b])),
        0,
        item_codes.astype(np.int64),
        user_codes.astype(np.int64),
    )
