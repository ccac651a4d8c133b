"""Metrics of users, against trec_eval's and by hand."""

from __future__ import annotations

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG
from numpy.typing import NDArray
from scipy import sparse

from python_udfs.recommenders.evaluation import FIGURES, METRICS, Candidates, Ranking, measure
from python_udfs.recommenders.evaluation.metrics import coverage

_ORACLES = {"ndcg": nDCG, "recall": R, "mrr": RR}


def by_trec_eval(orders: list[list[str]], relevant: list[set[str]]) -> NDArray[np.float64]:
    """METRICS of users by ir-measures, NaN for users without relevant items."""
    # MRR@20 there cuts nothing, so the run ends at place 20 itself.
    values = np.full((len(orders), len(METRICS)), np.nan)
    for user, (order, liked) in enumerate(zip(orders, relevant, strict=True)):
        if not liked:
            continue
        qrels = {"u": dict.fromkeys(liked, 1)}
        for column, metric in enumerate(METRICS):
            shown = order[: metric.cut]
            run = {"u": {item: float(len(shown) - place) for place, item in enumerate(shown)}}
            measure_ = _ORACLES[metric.kind] @ metric.cut if metric.kind != "mrr" else RR
            values[user, column] = ir_measures.calc_aggregate([measure_], qrels, run)[measure_]
    return values


@st.composite
def rankings(draw: st.DrawFn) -> tuple[list[list[int]], NDArray[np.float32], NDArray[np.int32]]:
    n_items = draw(st.integers(1, 40))
    n_users = draw(st.integers(1, 3))
    seed = draw(st.integers(0, 2**20))
    random = np.random.default_rng(seed)
    orders = [random.permutation(n_items).tolist() for _ in range(n_users)]
    truth = (random.random((n_users, n_items)) < draw(st.floats(0, 1))).astype(np.float32)
    copies = random.multinomial(n_items, np.full(n_items, 1 / n_items)).astype(np.int32)
    return orders, truth, copies


def metrics_of(ranking: Ranking, copies: NDArray[np.int32] | None = None) -> NDArray[np.float64]:
    return measure(ranking, copies)[:, : len(METRICS)]


def ranking_of(
    orders: list[list[int]], truth: NDArray[np.float32], candidates: Candidates | None = None
) -> Ranking:
    n_candidates = truth.shape[1]
    some = Candidates(np.ones(n_candidates), np.ones(n_candidates, np.bool_))
    return Ranking.of(np.array(orders, np.int32), sparse.csr_matrix(truth), candidates or some)


@settings(max_examples=40)
@given(rankings())
def test_metrics_are_those_of_trec_eval(
    case: tuple[list[list[int]], NDArray[np.float32], NDArray[np.int32]],
) -> None:
    orders, truth, _ = case
    named = [[f"i{item}" for item in order] for order in orders]
    relevant = [{f"i{item}" for item in np.flatnonzero(row)} for row in truth]
    np.testing.assert_allclose(
        metrics_of(ranking_of(orders, truth)), by_trec_eval(named, relevant), atol=1e-9
    )


@settings(max_examples=40)
@given(rankings())
def test_a_drawn_item_counts_as_often_as_it_was_drawn(
    case: tuple[list[list[int]], NDArray[np.float32], NDArray[np.int32]],
) -> None:
    orders, truth, copies = case
    named = [[f"i{i}x{n}" for i in order for n in range(copies[i])] for order in orders]
    relevant = [
        {f"i{i}x{n}" for i in np.flatnonzero(row) for n in range(copies[i])} for row in truth
    ]
    np.testing.assert_allclose(
        metrics_of(ranking_of(orders, truth), copies), by_trec_eval(named, relevant), atol=1e-9
    )


def test_values_by_hand() -> None:
    truth = np.zeros((2, 30), np.float32)
    truth[0, [1, 15]] = 1
    values = dict(
        zip(map(str, METRICS), metrics_of(ranking_of([[*range(30)]] * 2, truth)).T, strict=True)
    )
    ideal = 1 + 1 / np.log2(3)
    assert values["recall@10"][0] == 0.5
    assert values["recall@20"][0] == 1
    assert values["MRR@20"][0] == 0.5
    assert values["nDCG@10"][0] == pytest.approx(1 / np.log2(3) / ideal)
    assert values["nDCG@20"][0] == pytest.approx((1 / np.log2(3) + 1 / np.log2(17)) / ideal)
    assert np.isnan([value[1] for value in values.values()]).all()


def exposure_of(
    ranking: Ranking, copies: NDArray[np.int32] | None = None
) -> dict[str, list[float]]:
    return dict(zip(FIGURES, measure(ranking, copies).T.tolist(), strict=True))


def test_exposure_describes_the_first_places() -> None:
    truth = np.zeros((2, 30), np.float32)
    truth[:, 29] = 1
    popularity = np.full(30, 1 / 8)
    popularity[:2] = 1, 1 / 4
    is_cold = np.arange(30) >= 2
    # The second user is not shown the first item: place 21 or later.
    orders = [[*range(30)], [*range(1, 30), 0]]
    ranking = ranking_of(orders, truth, Candidates(popularity, is_cold))
    found = exposure_of(ranking)
    assert found["novelty"] == pytest.approx([(0 + 2 + 18 * 3) / 20, (2 + 19 * 3) / 20])
    mean = (1 + 1 / 4 + 28 / 8) / 30
    first, second = (1 + 1 / 4 + 18 / 8) / 20, (1 / 4 + 19 / 8) / 20
    assert found["popularity bias"] == pytest.approx([first / mean, second / mean])
    assert found["cold share"] == pytest.approx([18 / 20, 19 / 20])
    assert coverage(ranking) == 21 / 30


def test_exposure_of_a_resample_is_that_of_its_copies() -> None:
    truth = np.ones((1, 30), np.float32)
    popularity = np.linspace(0.1, 1, 30)
    is_cold = np.arange(30) % 3 == 0
    copies = np.zeros(30, np.int32)
    copies[[2, 3, 7]] = 12, 15, 3
    ranking = ranking_of([[*range(30)]], truth, Candidates(popularity, is_cold))
    found = exposure_of(ranking, copies)
    shown = popularity[[2] * 12 + [3] * 8]
    assert found["novelty"] == pytest.approx([-np.log2(shown).mean()])
    drawn = popularity[[2] * 12 + [3] * 15 + [7] * 3]
    assert found["popularity bias"] == pytest.approx([shown.mean() / drawn.mean()])
    assert found["cold share"] == pytest.approx([8 / 20])


def test_a_user_without_a_relevant_candidate_has_no_figure() -> None:
    truth = np.zeros((1, 4), np.float32)
    assert np.isnan(measure(ranking_of([[0, 1, 2, 3]], truth))).all()
