from __future__ import annotations

from typing import Any

import duckdb
import pytest

from python_udfs.evaluation.experiments import Moments
from python_udfs.evaluation.experiments.run import COMPARISONS, experiment_comparisons
from tests.python.conftest import MakeSettings
from tests.python.evaluation.experiments.worlds import METRICS, moments
from tools.synthetic_experiments import World, draw_users

_WORLD = World(users=600, pv_effect=0.5, heterogeneity=0.5)


def _row(key: tuple[str, str, str, str], of: Moments) -> dict[str, object]:
    names = dict(zip(("experiment_id", "slice", "metric", "arm"), key, strict=True))
    products = {f"{left}_x_{right}": value for (left, right), value in of.products.items()}
    return {**names, "n_users": of.n_users, **of.sums, **products}


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Two experiments: `both` with two arms and two slices, `one` with only one arm."""
    (users,) = draw_users(_WORLD)
    rows = []
    for metric in METRICS:
        a, b = moments(users, metric)
        for part in ("all", "cold_start"):
            rows += [_row(("both", part, metric, "b"), b), _row(("both", part, metric, "a"), a)]
        rows.append(_row(("one", "all", metric, "a"), a))
    connection = duckdb.connect()
    columns = ", ".join(f"unnest($1).{name} as {name}" for name in rows[0])
    connection.execute(f"create table moments as select {columns}", [rows])
    connection.execute(
        "create table items as select 'both' as experiment_id, 'i' || range as item_id, "
        "range < 3 as is_cold_start, range <> 0 as is_exposed_a, true as is_exposed_b "
        "from range(10)"
    )
    connection.execute(
        "create table exposures as select 'both' as experiment_id, 'i' || range as item_id, "
        "'u' || range % 2 as user_id, range < 3 as is_cold_start from range(6)"
    )
    return connection


def _run(
    connection: duckdb.DuckDBPyConnection, make_settings: MakeSettings, **changed: object
) -> dict[tuple[str, str, str], dict[str, Any]]:
    moments, items, exposures = map(connection.table, ("moments", "items", "exposures"))
    settings = make_settings(**changed)
    found = experiment_comparisons(moments, items, exposures, settings).read_all()
    assert found.schema == COMPARISONS
    return {(row["experiment_id"], row["slice"], row["metric"]): row for row in found.to_pylist()}


def test_every_slice_and_metric_of_two_groups_is_compared(
    connection: duckdb.DuckDBPyConnection, make_settings: MakeSettings
) -> None:
    found = _run(connection, make_settings)
    of_both = {key[1:] for key in found if key[0] == "both"}
    assert of_both == {
        *((part, metric) for part in ("all", "cold_start") for metric in (*METRICS, "coverage")),
        ("all", "sample_ratio"),
    }
    everything, cold = (found["both", part, "coverage"] for part in ("all", "cold_start"))
    assert (everything["value_a"], everything["value_b"]) == (9, 10)
    assert (cold["value_a"], cold["value_b"]) == (2, 3)
    assert found["both", "all", "pv"]["p_value"] < 0.05
    assert found["both", "all", "pv"]["planned_effect"] > 0
    assert found["both", "cold_start", "pv"]["planned_effect"] is None
    ratio = found["both", "all", "sample_ratio"]
    assert ratio["value_a"] + ratio["value_b"] == _WORLD.users
    assert ratio["p_value_adjusted"] is None


def test_correction_goes_over_all_metrics_of_an_experiment(
    connection: duckdb.DuckDBPyConnection, make_settings: MakeSettings
) -> None:
    plain = _run(connection, make_settings, experiment_correction="none")
    holm = _run(connection, make_settings)
    key = ("both", "all", "pv")
    assert plain[key]["p_value_adjusted"] == plain[key]["p_value"]
    # The p-value occurs twice, once per slice; the test covers ten.
    assert holm[key]["p_value_adjusted"] == pytest.approx(10 * holm[key]["p_value"])


def test_settings_reach_the_statistics(
    connection: duckdb.DuckDBPyConnection, make_settings: MakeSettings
) -> None:
    key = ("both", "all", "pv")
    usual, strict = (
        _run(connection, make_settings, experiment_alpha=alpha)[key] for alpha in (0.05, 0.001)
    )
    assert strict["ratio_low"] < usual["ratio_low"]
    strong = _run(connection, make_settings, experiment_power=0.99)[key]
    assert strong["minimum_detectable_effect"] > usual["minimum_detectable_effect"]
    uneven = _run(connection, make_settings, experiment_users_ratio=3)
    assert uneven["both", "all", "sample_ratio"]["p_value"] < 1e-6


def test_one_group_alone_has_no_metric(
    connection: duckdb.DuckDBPyConnection, make_settings: MakeSettings
) -> None:
    found = _run(connection, make_settings)
    of_one = {key[1:]: row for key, row in found.items() if key[0] == "one"}
    assert set(of_one) == {("all", "sample_ratio"), ("all", "coverage")}
    assert of_one["all", "coverage"]["method"] == "none"


def test_no_experiment_gives_an_empty_table(
    connection: duckdb.DuckDBPyConnection, make_settings: MakeSettings
) -> None:
    connection.execute("delete from moments")
    assert _run(connection, make_settings) == {}
