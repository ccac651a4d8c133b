"""The ensemble is independent of row order and follows its definition."""

import math
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.python.verification.rendered import run_model

UNIT = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
WEIGHT = st.integers(1, 1000).map(lambda thousandths: thousandths / 1000)


def expected(method: str, paths: list[tuple[float, float]]) -> float:
    if method == "noisy_or":
        return 1 - math.prod(1 - weight * score for score, weight in paths)
    if method == "mean":
        return sum(score * weight for score, weight in paths) / sum(weight for _, weight in paths)
    return max(score * weight for score, weight in paths)


@pytest.mark.parametrize("method", ["noisy_or", "mean", "max"])
@settings(max_examples=10)
@given(
    tags=st.lists(
        st.lists(st.tuples(UNIT, WEIGHT), min_size=1, max_size=7), min_size=5, max_size=5
    ),
    order=st.randoms(),
)
def test_any_order_of_paths_gives_the_same_score(
    method: str, tags: list[list[tuple[float, float]]], order: Random
) -> None:
    rows = [(place, *path) for place, paths in enumerate(tags) for path in paths]
    shuffled = list(rows)
    order.shuffle(shuffled)
    with duckdb.connect() as connection:
        connection.execute(
            "create table int_candidates_by_path "
            "(item_id varchar, tag integer, path_score double, weight double, position integer)"
        )
        connection.executemany(
            "insert into int_candidates_by_path values (?, ?, ?, ?, 1)",
            [[item, *row] for item, some in (("a", rows), ("b", shuffled)) for row in some],
        )
        result = run_model(connection, "int_candidates_ensembled", {"ensemble_method": method})

    scores = {(row["item_id"], row["tag"]): row["ensemble_score"] for row in result}
    for place, paths in enumerate(tags):
        assert scores["a", place] == scores["b", place]
        assert 0 <= scores["a", place] <= 1
        assert scores["a", place] == pytest.approx(expected(method, paths), abs=1e-8)
