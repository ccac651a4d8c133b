"""Every recommender on a case computed by hand, and properties of all of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from python_udfs.recommenders import (
    Content,
    Graph,
    Hybrid,
    Interactions,
    ItemCF,
    ItemFeatures,
    Popularity,
    SparseRecommender,
)
from python_udfs.recommenders.base import Scores
from python_udfs.recommenders.best_products import BestProducts
from python_udfs.recommenders.explain import Explainer
from python_udfs.recommenders.recommendations import recommendations
from python_udfs.recommenders.sparse_rows import best_unseen, keep_best
from tests.python.recommenders.conftest import ITEMS, consumed, random_data, tagged

ALL = (Popularity, ItemCF, Graph, Content, Hybrid)
EVERYBODY = slice(0, 3)
NONE = -math.inf


def best_first_of(row: Scores) -> list[int]:
    """Items of a score above -inf, ties by index."""
    return [int(i) for i in np.argsort(-row, kind="stable") if row[i] > NONE]


def near(values: list[list[float]]) -> object:
    return pytest.approx(np.array(values), abs=1e-6)


def test_popularity_is_the_share_of_users(interactions: Interactions) -> None:
    model = Popularity().fit(interactions)
    assert model.scores(slice(1, 3)) == near([[2 / 3, 2 / 3, 1 / 3, NONE]] * 2)
    assert model.item_scores(slice(0, 4)).nnz == 0


def test_item_cf_is_the_mean_cosine_of_columns(interactions: Interactions) -> None:
    model = ItemCF().fit(interactions)
    ab, ac = 1 / 2, 1 / math.sqrt(2)
    assert model.item_scores(slice(0, 2)).toarray() == near([[0, ab, ac, 0], [ab, 0, 0, 0]])
    assert model.scores(EVERYBODY) == near(
        [[ab / 2, ab / 2, ac / 2, NONE], [ac / 2, ab / 2, ac / 2, NONE], [ab, NONE, NONE, NONE]]
    )


def test_item_cf_keeps_the_nearest_only(interactions: Interactions) -> None:
    assert ItemCF(n_neighbors=1).fit(interactions).item_scores(slice(0, 1)).indices.tolist() == [2]


def test_item_cf_keeps_no_more_than_it_is_told_among_equals() -> None:
    # One user of ten items: all are equally near, and an item is not its own only neighbor.
    items = [f"i{i:02}" for i in range(10)]
    model = ItemCF(3).fit(Interactions.from_arrow(consumed([("u", i) for i in items]), items))
    assert model.item_scores(slice(0, 10)).getnnz(axis=1).tolist() == [3] * 10


def test_item_cf_weighs_strong_interactions_more() -> None:
    table = consumed([("u", "a"), ("u", "b"), ("v", "a"), ("v", "c"), ("w", "b"), ("w", "d")])
    weighted = table.append_column("weight", [[1.0, 3.0, 1.0, 1.0, 1.0, 1.0]])
    scores = ItemCF().fit(Interactions.from_arrow(weighted, ITEMS)).scores(slice(0, 1))[0]
    # Neighbors of b count three times those of a, but the column of b is longer.
    assert scores[2] == pytest.approx(0.25 / math.sqrt(2))
    assert scores[3] == pytest.approx(0.75 / math.sqrt(10))


def test_graph_without_tags_is_rp3beta(interactions: Interactions) -> None:
    model = Graph(beta=0.5).fit(interactions)
    # From a to each of its 2 users, from there to 2 items; b has 2 users, c has 1.
    ab, ac, ba = 0.25 / math.sqrt(2), 0.25, 0.25 / math.sqrt(2)
    ca = 0.5 / math.sqrt(2)
    assert model.item_scores(slice(0, 4)).toarray() == near(
        [[0, ab, ac, 0], [ba, 0, 0, 0], [ca, 0, 0, 0], [0, 0, 0, 0]]
    )
    assert model.scores(slice(0, 1)) == near([[ba / 2, ab / 2, ac / 2, NONE]])


def test_graph_raises_every_step_to_alpha(interactions: Interactions) -> None:
    model = Graph(alpha=2, beta=0).fit(interactions)
    # From c: 1 user (1 ** 2), from there 2 items (0.5 ** 2).
    assert model.item_scores(slice(2, 3)).toarray() == near([[0.25, 0, 0, 0]])
    # The user's own step to one of two items counts as well.
    assert model.scores(slice(1, 2))[0, 0] == pytest.approx(0.25 * 0.25)


def test_graph_reaches_a_cold_item_by_its_tags_only(
    interactions: Interactions, features: ItemFeatures
) -> None:
    model = Graph(beta=0.5, tag_share=0.25).fit(interactions, features)
    # a to y: 1 of 1.5; y to d: 1 of 2; d has two tags and no user.
    ad = 0.25 * (1 / 1.5) * (1 / 2) / math.sqrt(2)
    # From d, which has no users, all go by tags; a has two users and two tags.
    da = (1 / 2) * (1 / 2) / math.sqrt(4)
    # b has no tags: all go by users.
    ba = (1 / 2) * (1 / 2) / math.sqrt(4)
    found = model.item_scores(slice(0, 4)).toarray()
    assert found[0, 3] == pytest.approx(ad)
    assert found[3].tolist() == pytest.approx([da, 0, 0, 0])
    assert found[1].tolist() == pytest.approx([ba, 0, 0, 0])
    assert Graph().fit(interactions, None).scores(EVERYBODY)[:, 3].tolist() == [NONE] * 3


def test_graph_in_small_blocks_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    table, tags = random_data(1)
    items = sorted({f"i{i:02}" for i in range(30)})
    whole, blocks = (Graph(n_neighbors=5) for _ in range(2))
    data = Interactions.from_arrow(table, items), ItemFeatures.from_arrow(tags, items)
    whole.fit(*data)
    monkeypatch.setattr("python_udfs.recommenders.graph._BLOCK_CELLS", 90)
    blocks.fit(*data)
    assert (whole.item_scores(slice(0, 30)) != blocks.item_scores(slice(0, 30))).nnz == 0
    assert whole.item_scores(slice(0, 30)).getnnz(axis=1).max() == 5


def test_content_is_the_cosine_with_the_mean_of_consumed_tags(
    interactions: Interactions, features: ItemFeatures
) -> None:
    model = Content().fit(interactions, features)
    vectors = features.idf_weighted().matrix.toarray()
    profile = (vectors[0] + vectors[2]) / 2
    cosines = vectors @ profile / np.linalg.norm(profile)
    scores = model.scores(EVERYBODY)
    assert scores[1, [0, 2, 3]] == pytest.approx(cosines[[0, 2, 3]])
    assert scores[1, 1] == NONE
    # u3 consumed b only, which has no tags.
    assert scores[2].tolist() == [NONE] * 4
    assert model.item_scores(slice(3, 4)).toarray() == near([[vectors[3] @ vectors[0], 0, 0, 0]])


def test_content_knows_nothing_without_features(interactions: Interactions) -> None:
    model = Content().fit(interactions, None)
    assert (model.scores(EVERYBODY) == NONE).all()
    assert model.item_scores(slice(0, 4)).nnz == 0


@pytest.mark.parametrize("make", [Content, Hybrid])
def test_the_best_by_content_are_those_of_all_scores(
    make: Callable[[], SparseRecommender], monkeypatch: pytest.MonkeyPatch
) -> None:
    rare_and_common = partial(BestProducts, common_share=0.4, fewest_items=0)
    monkeypatch.setattr("python_udfs.recommenders.content.BestProducts", rare_and_common)
    table, tags = random_data(5)
    items = [f"i{i:02}" for i in range(30)]
    data, features = Interactions.from_arrow(table, items), ItemFeatures.from_arrow(tags, items)
    model = make().fit(data, features)
    everybody, some = slice(0, len(data.users)), slice(7, 20)
    for found, expected in (
        (
            model.best_unseen(everybody, data.matrix, 6),
            best_unseen(model.known_scores(everybody), data.matrix, 6),
        ),
        (model.nearest(some, 4), keep_best(model.item_scores(some), 4)),
    ):
        assert found.toarray() == pytest.approx(expected.toarray(), abs=1e-6)


def test_hybrid_lets_a_cold_item_stand_on_its_tags(
    interactions: Interactions, features: ItemFeatures
) -> None:
    model = Hybrid(prior=5).fit(interactions, features)
    # u1 has not seen c, first in both lists, and d, second by tags and with no user.
    assert model.scores(slice(0, 1)) == near([[NONE, NONE, 1.0, 61 / 62]])
    # u3 consumed b, which has no tags; a is its only neighbor and has two users of 2 + 5.
    assert model.scores(slice(2, 3)) == near([[2 / 7, NONE, NONE, NONE]])


def test_hybrid_without_features_is_the_order_of_item_cf(interactions: Interactions) -> None:
    hybrid, item_cf = Hybrid().fit(interactions, None), ItemCF().fit(interactions)
    for user in range(3):
        known = set(interactions.matrix[user].indices.tolist())
        found, expected = (
            [item for item in best_first_of(model.scores(slice(user, user + 1))[0])
             if item not in known]
            for model in (hybrid, item_cf)
        )  # fmt: skip
        assert found == expected


def test_hybrid_ranks_only_as_deep_as_it_is_told(
    interactions: Interactions, features: ItemFeatures
) -> None:
    model = Hybrid(depth=1).fit(interactions, features)
    assert model.scores(slice(0, 1))[0, 3] == NONE


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("with_features", [True, False])
def test_nothing_to_learn_from_is_no_error(
    make: Callable[[], SparseRecommender], with_features: bool
) -> None:
    for items in (ITEMS, ()):
        features = ItemFeatures.from_arrow(tagged([]), items) if with_features else None
        model = make().fit(Interactions.from_arrow(consumed([]), items), features)
        assert model.scores(slice(0, 512)).shape == (0, len(items))
        assert model.item_scores(slice(0, 256)).nnz == 0


@pytest.mark.parametrize("make", ALL)
def test_the_order_of_the_rows_does_not_matter(make: Callable[[], SparseRecommender]) -> None:
    table, tags = random_data(2)
    items = [f"i{i:02}" for i in range(30)]
    shuffled = table.take(np.random.default_rng(3).permutation(table.num_rows))
    first, second = (
        make().fit(Interactions.from_arrow(rows, items), ItemFeatures.from_arrow(features, items))
        for rows, features in (
            (table, tags),
            (shuffled, tags.take(list(range(len(tags)))[::-1])),
        )
    )
    assert np.array_equal(first.scores(slice(0, 50)), second.scores(slice(0, 50)))
    assert (first.item_scores(slice(0, 30)) != second.item_scores(slice(0, 30))).nnz == 0


@pytest.mark.parametrize("make", ALL)
def test_scores_lie_above_0_up_to_1_and_sparse_and_dense_choices_agree(
    make: Callable[[], SparseRecommender],
) -> None:
    table, tags = random_data(4)
    items = [f"i{i:02}" for i in range(30)]
    data, features = Interactions.from_arrow(table, items), ItemFeatures.from_arrow(tags, items)
    model = make().fit(data, features)
    scores = model.scores(slice(0, 40))
    known = scores[scores > NONE]
    assert known.size
    assert known.min() > 0
    assert known.max() <= 1
    rows = [row for batch in recommendations(model, data, Explainer(data, features), 7)
            for row in batch.to_pylist()]  # fmt: skip
    scores[data.matrix.nonzero()] = NONE
    expected = [
        (data.users[user], rank, items[item], row[item])
        for user, row in enumerate(scores)
        for rank, item in enumerate(best_first_of(row)[:7], start=1)
    ]
    assert [(r["subject_id"], r["rank"], r["item_id"], r["score"]) for r in rows] == expected
