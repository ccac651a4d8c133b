from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tools import synthetic_experiments
from tools.synthetic_experiments import STARTED_AT, World, draw_events, draw_users, write_parquet

_WORLD = World(users=3_000, items=50, ctr_effect=0.5, pv_effect=1.0, seed=2)


def _events(world: World) -> pa.Table:
    return pa.concat_tables(draw_events(world))


def _share(events: pa.Table, group: str, kind: str) -> int:
    during = pc.greater_equal(events["occurred_at"], pa.scalar(STARTED_AT))
    chosen = pc.and_(pc.equal(events["group"], group), pc.equal(events["event_type"], kind))
    return int(pc.sum(pc.and_(during, chosen)).as_py())


def test_the_same_world_is_the_same_table_and_another_seed_another() -> None:
    assert _events(_WORLD).equals(_events(_WORLD))
    assert not _events(_WORLD).equals(_events(replace(_WORLD, seed=3)))


def test_the_effects_are_in_the_events() -> None:
    events = _events(replace(_WORLD, users=20_000))
    ctr = {g: _share(events, g, "click") / _share(events, g, "exposure") for g in "AB"}
    views = {g: _share(events, g, "view") / _share(events, g, "assignment") for g in "AB"}
    assert ctr["B"] / ctr["A"] == pytest.approx(1.5, rel=0.07)
    assert views["B"] / views["A"] == pytest.approx(2.0, rel=0.07)


def test_users_differ_as_asked_and_before_the_start_no_group_has_an_effect() -> None:
    (users,) = draw_users(replace(_WORLD, users=50_000))
    views = users.before["view"]
    assert views[users.is_b].mean() / views[~users.is_b].mean() == pytest.approx(1, rel=0.05)
    # A Poisson count of lognormal activity: variance m + m^2 (exp(s^2) - 1).
    mean = _WORLD.views
    spread = mean + mean**2 * (math.exp(_WORLD.heterogeneity**2) - 1)
    assert views.var() == pytest.approx(spread, rel=0.15)


def test_everyone_is_assigned_once_and_some_are_in_both_groups() -> None:
    events = _events(replace(_WORLD, share_in_both=0.2, b_share=0.3))
    assigned = events.filter(pc.equal(events["event_type"], "assignment"))
    assert assigned["user_id"].to_pylist() == sorted(set(events["user_id"].to_pylist()))
    assert assigned["item_id"].null_count == assigned.num_rows
    pairs = events.group_by(["user_id", "group"]).aggregate([])
    n_in_both = pairs.num_rows - _WORLD.users
    assert n_in_both / _WORLD.users == pytest.approx(0.2, abs=0.03)
    assert np.mean(np.array(assigned["group"]) == "B") == pytest.approx(0.3, abs=0.1)


def test_a_world_without_past_begins_with_the_experiment() -> None:
    events = _events(replace(_WORLD, has_past=False))
    assert pc.min(events["occurred_at"]).as_py() >= STARTED_AT.item()


def test_chunks_are_written_as_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic_experiments, "_CHUNK", 700)
    count = write_parquet(_WORLD, tmp_path / "events.parquet")
    found = pq.read_table(tmp_path / "events.parquet")
    assert found.num_rows == count
    assert len(set(found["user_id"].to_pylist())) == _WORLD.users


def test_the_sample_seed_is_what_the_script_writes(tmp_path: Path) -> None:
    synthetic_experiments.write_sample(tmp_path / "sample.csv")
    seed = synthetic_experiments.SEEDS / "sample_experiment_events.csv"
    assert (tmp_path / "sample.csv").read_bytes() == seed.read_bytes()
