"""Metrics of the models from lists and tags, against trec_eval and brute force."""

from __future__ import annotations

from typing import Any

import duckdb
import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, P, R
from scipy.optimize import linear_sum_assignment

from python_udfs.evaluation.semantic_hits import semantic_hits
from tests.python.verification.rendered import run_model

KS = [2, 4]
SETTINGS = {"evaluation_ks": KS, "min_true_tags": 2}
TAGS = ["sea", "ocean", "shore", "war", "battle", "pet", "rain"]
SIMILAR = {("sea", "ocean"), ("sea", "shore"), ("war", "battle")}
ITEMS = ["a", "b", "c"]

Lists = dict[str, list[str]]
Truth = dict[str, set[str]]


def are_similar(one: str, other: str) -> bool:
    return one == other or (one, other) in SIMILAR or (other, one) in SIMILAR


def metrics(lists: Lists, truth: Truth) -> dict[tuple[str, int, str], dict[str, Any]]:
    """Rows of item_metrics of one system against all manual tags, by match kind, k and item."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table stg_manual_tags (item_id varchar, tag varchar, taggers varchar[]);
            create table int_base_tag_names
            as select 'sea' as name, 'sea' as base_tag, true as is_base_tag;
            create table int_system_tags
            (system varchar, item_id varchar, rank integer, tag varchar, in_schema boolean);
            create table int_similar_tags
            (item_id varchar, listed_tag varchar, true_tag varchar, similarity double);
            """
        )
        for item, tags in truth.items():
            for tag in tags:
                connection.execute("insert into stg_manual_tags values (?, ?, null)", [item, tag])
        for item, places in lists.items():
            for rank, tag in enumerate(places, 1):
                connection.execute(
                    "insert into int_system_tags values ('x', ?, ?, ?, ?)",
                    [item, rank, tag, tag == "sea"],
                )
        similar = [(one, other) for one in TAGS for other in TAGS if are_similar(one, other)]
        for item in ITEMS:
            for pair in similar:
                connection.execute(
                    "insert into int_similar_tags values (?, ?, ?, 1)", [item, *pair]
                )
        for model in (
            "int_schema_names", "int_true_tags", "int_measured_lists", "int_listed_tags",
            "int_tag_matches", "int_list_matches",
        ):  # fmt: skip
            run_model(connection, model, SETTINGS)
        hits = semantic_hits(connection.table("int_list_matches").to_arrow_table(), KS)
        connection.register("int_semantic_hits", hits)
        run_model(connection, "int_list_hits", SETTINGS)
        rows = run_model(connection, "item_metrics", SETTINGS)
    return {
        (row["match_kind"], row["k"], row["item_id"]): row for row in rows if row["truth"] == "all"
    }


@st.composite
def cases(draw: st.DrawFn) -> tuple[Lists, Truth]:
    tags = st.lists(st.sampled_from(TAGS), unique=True, max_size=6)
    lists = {item: draw(tags) for item in ITEMS}
    return lists, {item: set(draw(tags)) for item in ITEMS}


@settings(max_examples=25)
@given(cases())
def test_exact_metrics_are_those_of_trec_eval(case: tuple[Lists, Truth]) -> None:
    lists, truth = case
    found = metrics(lists, truth)
    measured = {item for item in ITEMS if lists[item] and len(truth[item]) >= 2}
    assert {item for _, _, item in found} == measured
    for item in measured:
        qrels = {item: dict.fromkeys(truth[item], 1)}
        for k in KS:
            # Their reciprocal rank has no cut, so the run ends at place k itself.
            run = {item: {tag: float(-place) for place, tag in enumerate(lists[item][:k])}}
            theirs = ir_measures.calc_aggregate([P @ k, R @ k, RR], qrels, run)
            ours = found["exact", k, item]
            assert ours["precision"] == pytest.approx(theirs[P @ k])
            assert ours["recall"] == pytest.approx(theirs[R @ k])
            assert ours["mrr"] == pytest.approx(theirs[RR])


@settings(max_examples=25)
@given(cases())
def test_semantic_metrics_are_those_of_the_best_assignment(case: tuple[Lists, Truth]) -> None:
    lists, truth = case
    for (kind, k, item), ours in metrics(lists, truth).items():
        if kind == "exact":
            continue
        shown, true = lists[item][:k], sorted(truth[item])
        edges = np.array([[are_similar(one, other) for other in true] for one in shown])
        best = edges[linear_sum_assignment(edges, maximize=True)].sum()
        first = next((rank for rank, row in enumerate(edges, 1) if row.any()), None)
        assert ours["hits"] == best
        assert ours["precision"] == pytest.approx(best / k)
        assert ours["recall"] == pytest.approx(best / len(true))
        assert ours["mrr"] == pytest.approx(1 / first if first else 0)
        assert ours["novelty"] == pytest.approx(sum(tag != "sea" for tag in shown) / len(shown))
