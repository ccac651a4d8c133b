"""Words, weights, the linear model and the curve by themselves."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfVectorizer

from python_udfs.student.curve import LEAST_EXAMPLES, Curve
from python_udfs.student.linear import fit
from python_udfs.student.words import Weighting, words_of


def test_words_are_runs_of_letters_marks_and_digits_of_every_script() -> None:
    found = words_of(pa.array(["The Vault, 1962: a CREW", "바다의 집", None])).to_pylist()
    assert [[word for word in words if word] for words in found] == [
        ["the", "vault", "1962", "a", "crew"], ["바다의", "집"], [],
    ]  # fmt: skip


def test_weights_are_those_of_scikit_learn() -> None:
    texts = ["vault crew crew getaway", "vault orbit", "orbit crew planet", "school"] * 3
    lists = words_of(pa.array(texts))
    weighting = Weighting.learn(lists, 3, 0.3)
    reference = TfidfVectorizer(sublinear_tf=True, min_df=3, max_df=0.3).fit(texts)
    assert weighting.terms.to_pylist() == sorted(reference.get_feature_names_out())
    expected = reference.transform(["crew getaway school school unknown"]).toarray()
    found = weighting.vectors(words_of(pa.array(["crew getaway school school unknown"])))
    assert found.toarray() == pytest.approx(expected, abs=1e-6)


def test_the_linear_model_finds_which_direction_has_which_tag() -> None:
    random = np.random.default_rng(1)
    vectors = np.asarray(random.standard_normal((2_000, 4)), dtype=np.float32)
    has_tag = vectors[:, :2] > 0
    every_item = np.ones((2_000, 1))
    labels = csr_array(np.hstack([has_tag, every_item]).astype(np.float32))
    scores = fit(vectors, labels).scores(vectors)
    assert ((scores[:, :2] > 0.5) == has_tag).mean() > 0.95


def test_a_curve_maps_scores_to_shares() -> None:
    random = np.random.default_rng(1)
    scores = random.uniform(0.05, 0.95, 20_000)
    odds = np.log(scores / (1 - scores))
    shares = 1 / (1 + np.exp(-(0.5 * odds - 1)))
    curve = Curve.learn(scores, random.uniform(size=len(scores)) < shares)
    assert (curve.slope, curve.shift) == pytest.approx((0.5, -1), abs=0.05)
    assert curve(scores) == pytest.approx(shares, abs=0.02)


def test_a_curve_without_enough_examples_or_against_the_scores_changes_nothing() -> None:
    scores = np.linspace(0.1, 0.9, 200)
    few = np.arange(200) >= 200 - LEAST_EXAMPLES + 1
    assert Curve.learn(scores, few) == Curve()
    assert Curve.learn(scores, scores < 0.5) == Curve()
    assert Curve()(scores) == pytest.approx(scores)
