"""Deduplication in SQL equals an implementation with plain sets and loops."""

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.python.verification.rendered import run_model

STEPS = (
    "int_candidates_ensembled",
    "int_base_tag_names",
    "int_tag_signatures",
    "int_similar_candidates",
    "int_candidates_deduplicated",
)
TAGS = st.lists(
    st.text(alphabet="ab 한", min_size=1, max_size=9), min_size=1, max_size=14, unique=True
)
SCORES = st.lists(st.sampled_from([0.7, 0.8, 0.9]), min_size=14, max_size=14)
THRESHOLDS = st.sampled_from([0.4, 0.5, 0.6, 0.75, 0.8, 0.85, 1.0])


def trigrams(tag: str) -> set[str]:
    padded = f"  {tag} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def plain(ordered: list[str], base_tags: set[str], threshold: float) -> dict[str, str | None]:
    """Survivor by tag, None for a kept one; threshold in thousandths to stay in integers."""
    kept: list[str] = []
    survivors: dict[str, str | None] = {}
    for tag in ordered:
        similar = (
            other
            for other in kept
            if not (tag in base_tags and other in base_tags)
            and 2000 * len(trigrams(tag) & trigrams(other))
            >= round(threshold * 1000) * (len(trigrams(tag)) + len(trigrams(other)))
        )
        survivors[tag] = next(similar, None)
        if survivors[tag] is None:
            kept.append(tag)
    return survivors


@settings(max_examples=20)
@given(
    items=st.lists(TAGS, min_size=6, max_size=6),
    scores=SCORES,
    threshold=THRESHOLDS,
    n_base_tags=st.integers(0, 4),
)
def test_sql_equals_sets_and_loops(
    items: list[list[str]], scores: list[float], threshold: float, n_base_tags: int
) -> None:
    rows = [
        (item, tag, scores[place], 1 + place % 3)
        for item, tags in enumerate(items)
        for place, tag in enumerate(tags)
    ]
    base_tags = set(items[0][:n_base_tags])
    with duckdb.connect() as connection:
        connection.execute(
            "create table int_candidates_by_path "
            "(item_id integer, tag varchar, path_score double, weight double, position integer)"
        )
        connection.executemany(
            "insert into int_candidates_by_path values (?, ?, ?, 1, ?)", [list(row) for row in rows]
        )
        connection.execute("create table stg_base_tags (tag varchar, aliases varchar[])")
        for tag in base_tags:
            connection.execute("insert into stg_base_tags values (?, [])", [tag])
        for step in STEPS:
            result = run_model(
                connection, step, {"ensemble_method": "max", "dedup_threshold": threshold}
            )

    ordered = sorted(rows, key=lambda row: (-row[2], row[3], row[1]))
    for item in range(len(items)):
        expected = plain([tag for owner, tag, *_ in ordered if owner == item], base_tags, threshold)
        found = {row["tag"]: row["survivor_tag"] for row in result if row["item_id"] == item}
        assert found == expected
    assert all(row["is_kept"] == (row["survivor_tag"] is None) for row in result)
