"""Semantic hits: the best assignment of a list to the true tags of its item."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from python_udfs.evaluation.semantic_hits import SEMANTIC_HITS, semantic_hits

Edge = tuple[str, str, str, int, int]

_COLUMNS = ("system", "truth", "item_id", "rank", "true_position")


def matches(edges: list[Edge]) -> pa.Table:
    schema = pa.schema(
        [*((name, pa.string()) for name in _COLUMNS[:3]), *((n, pa.int32()) for n in _COLUMNS[3:])]
    )
    return pa.Table.from_pylist(
        [dict(zip(_COLUMNS, edge, strict=True)) for edge in edges], schema=schema
    )


def hits(edges: list[Edge], *ks: int) -> dict[tuple[str, str, str, int], tuple[int, int]]:
    found = semantic_hits(matches(edges), ks)
    assert found.schema == SEMANTIC_HITS
    return {
        (row["system"], row["truth"], row["item_id"], row["k"]): (row["hits"], row["first_rank"])
        for row in found.to_pylist()
    }


def of_one_list(pairs: list[tuple[int, int]], *ks: int) -> dict[int, tuple[int, int]]:
    found = hits([("s", "all", "i", rank, position) for rank, position in pairs], *ks)
    return {k: value for (_, _, _, k), value in found.items()}


def test_a_true_tag_is_used_once() -> None:
    assert of_one_list([(1, 1), (2, 1), (4, 1)], 5) == {5: (1, 1)}


def test_the_assignment_is_the_best_one_not_the_first() -> None:
    # In order of rank 1 would take true tag 1, and 2, which has no other, would miss.
    assert of_one_list([(1, 1), (1, 2), (2, 1)], 1, 2) == {1: (1, 1), 2: (2, 1)}


def test_only_places_within_k_count() -> None:
    assert of_one_list([(6, 1), (11, 2)], 5, 10, 25) == {10: (1, 6), 25: (2, 6)}


def test_lists_share_nothing() -> None:
    edges = [
        ("a", "all", "i", 1, 1),
        ("a", "all", "j", 3, 1),
        ("a", "schema", "i", 2, 1),
        ("b", "all", "i", 2, 1),
    ]
    assert hits(edges, 5) == {
        ("a", "all", "i", 5): (1, 1),
        ("a", "all", "j", 5): (1, 3),
        ("a", "schema", "i", 5): (1, 2),
        ("b", "all", "i", 5): (1, 2),
    }


def test_without_edges_nobody_has_a_hit() -> None:
    assert hits([], 5, 10) == {}


@st.composite
def edge_sets(draw: st.DrawFn) -> list[Edge]:
    edges = st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["all", "schema"]),
        st.sampled_from("ij"),
        st.integers(1, 6),
        st.integers(1, 5),
    )
    return sorted(draw(st.sets(edges, max_size=50)))


def assignment(pairs: set[tuple[int, int]], k: int, bonus_rank: int = 0) -> float:
    """Weight of the best assignment by the Hungarian method; a tag at bonus_rank weighs 1.5."""
    weights = np.zeros((6, 5))
    for rank, position in pairs:
        weights[rank - 1, position - 1] = (rank <= k) * (1.5 if rank == bonus_rank else 1)
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return float(weights[rows, columns].sum())


@settings(max_examples=150)
@given(edge_sets(), st.integers(1, 6))
def test_hits_and_first_hit_are_those_of_a_best_assignment(edges: list[Edge], k: int) -> None:
    found = hits(edges, k)
    for name in {edge[:3] for edge in edges}:
        pairs = {edge[3:] for edge in edges if edge[:3] == name}
        count, first = found.get((*name, k), (0, 0))
        assert count == assignment(pairs, k)
        if count:
            assert first == min(rank for rank, _ in pairs)
            # A best assignment that also wins the bonus of that tag: it has a hit there.
            assert assignment(pairs, k, bonus_rank=first) == count + 0.5


@given(edge_sets(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(edges: list[Edge], random: object) -> None:
    shuffled = list(edges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert semantic_hits(matches(shuffled), [2, 5]).equals(semantic_hits(matches(edges), [2, 5]))
