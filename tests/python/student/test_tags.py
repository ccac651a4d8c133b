"""The student learns from other folds only, stays silent with few examples, repeats its bytes."""

from __future__ import annotations

import joblib
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from python_udfs.student.tags import STUDENT_TAGS, student_tags
from tests.python.student.catalogue import THEMES, catalogue, fold_of

ITEM = "film00000"


def of_item(table: pa.Table, item_id: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = table.filter(pc.equal(table["item_id"], item_id)).to_pylist()
    return rows


@pytest.mark.parametrize("n_labelled", [300, 240])
def test_items_with_and_without_labels_get_the_tags_of_their_theme(n_labelled: int) -> None:
    items, labels = catalogue(300, n_labelled=n_labelled)
    found = student_tags(items, labels, tags_per_item=2, least_items=200)
    assert found.schema == STUDENT_TAGS
    themes = list(THEMES.values())
    right = [
        row["tag"] in themes[int(row["item_id"][4:]) % len(themes)][2]
        for row in found.to_pylist()[-120:]
    ]
    assert len(found) == 600
    assert sum(right) / len(right) > 0.9


@pytest.mark.parametrize(("n_labelled", "n_rows"), [(199, 0), (200, 900)])
def test_it_is_silent_below_the_number_of_labelled_items(n_labelled: int, n_rows: int) -> None:
    items, labels = catalogue(300, n_labelled=n_labelled)
    assert len(student_tags(items, labels, tags_per_item=3, least_items=200)) == n_rows


def test_positions_count_from_one_and_scores_fall() -> None:
    items, labels = catalogue(300)
    found = student_tags(items, labels, tags_per_item=4, least_items=200)
    rows = of_item(found, ITEM)
    scores = [row["score"] for row in rows]
    assert [row["position"] for row in rows] == [1, 2, 3, 4]
    assert scores == sorted(scores, reverse=True)  # type: ignore[type-var]
    assert len({row["tag"] for row in rows}) == 4
    assert all(0 < score <= 1 and round(score, 6) == score for score in found["score"].to_pylist())


def test_own_labels_and_those_of_the_fold_change_no_tag_of_an_item() -> None:
    items, labels = catalogue(300)
    before = student_tags(items, labels, tags_per_item=5, least_items=100)
    fold = fold_of(ITEM)
    of_fold = [item for item in items["item_id"].to_pylist() if fold_of(item) == fold]
    planted = pa.Table.from_pylist(
        [{"item_id": item, "tag": tag, "weight": 1.0} for item in of_fold
         for tag in ("space", "planted")],
        labels.schema,
    )  # fmt: skip
    others = labels.filter(pc.invert(pc.is_in(labels["item_id"], pa.array(of_fold))))
    after = student_tags(
        items, pa.concat_tables([others, planted]), tags_per_item=5, least_items=100
    )
    for item in of_fold:
        assert of_item(after, item) == of_item(before, item)
    # The labels do matter: to the items of other folds.
    assert after != before


def test_bytes_do_not_depend_on_the_order_of_rows_or_the_number_of_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items, labels = catalogue(300)
    found = student_tags(items, labels, tags_per_item=5, least_items=200)
    backwards = pc.sort_indices(items["item_id"], sort_keys=[("", "descending")])
    for n_cores in (1, 2):
        monkeypatch.setattr(joblib, "cpu_count", lambda n=n_cores: n)
        again = student_tags(
            items.take(backwards), labels.sort_by([("tag", "descending")]),
            tags_per_item=5, least_items=200,
        )  # fmt: skip
        assert again == found


def test_a_weak_label_teaches_less_than_one_by_people() -> None:
    items, labels = catalogue(300)
    weak = pa.Table.from_pylist(
        [{"item_id": item, "tag": "weak", "weight": 0.2} for item in labels["item_id"].to_pylist()],
        labels.schema,
    ).group_by(["item_id", "tag"]).aggregate([("weight", "max")]).rename_columns(
        labels.column_names
    ).cast(labels.schema)  # fmt: skip
    strong = weak.set_column(2, "weight", pa.array([1.0] * len(weak)))
    scores = []
    for more in (weak, strong):
        found = student_tags(
            items, pa.concat_tables([labels, more]), tags_per_item=7, least_items=200
        )
        scores.append([row["score"] for row in found.to_pylist() if row["tag"] == "weak"])
    assert sum(scores[0]) < 0.9 * sum(scores[1])


def test_a_catalogue_without_labels_or_items_has_no_tags() -> None:
    items, labels = catalogue(20)
    assert len(student_tags(items, labels[:0], tags_per_item=5, least_items=1)) == 0
    assert len(student_tags(items[:0], labels, tags_per_item=5, least_items=1)) == 0
    # Labels in one fold alone: nothing to learn for it, too few items for the others.
    own = labels.filter(pc.equal(labels["item_id"], ITEM))
    assert len(student_tags(items, own, tags_per_item=5, least_items=1)) == 0


def test_items_without_words_or_facts_do_not_fail() -> None:
    items, labels = catalogue(60)
    empty = items.set_column(2, "text", pa.array([""] * 60)).set_column(
        3, "facts", pa.array([None] * 60, pa.list_(pa.string()))
    )
    found = student_tags(empty, labels, tags_per_item=2, least_items=1)
    assert len(found) == 120


def test_weak_labels_count_only_for_items_or_tags_that_people_never_named() -> None:
    items, labels = catalogue(300, n_labelled=250)

    def weak(item_ids: list[str], tag: str) -> pa.Table:
        rows = [{"item_id": item_id, "tag": tag, "weight": 0.5} for item_id in item_ids]
        return pa.concat_tables([labels, pa.Table.from_pylist(rows, labels.schema)])

    def found(given: pa.Table) -> pa.Table:
        return student_tags(items, given, tags_per_item=7, least_items=200)

    before = found(labels)
    labelled = items["item_id"].to_pylist()[:250]
    contradicted = [row["item_id"] for row in labels.to_pylist() if row["tag"] == "space"]
    # People named both the items and the tag: nothing changes.
    assert found(weak(contradicted, "heist")) == before
    # A tag that people never named, and items that they never tagged, do teach.
    assert "new" in found(weak(labelled, "new"))["tag"].to_pylist()
    assert found(weak(items["item_id"].to_pylist()[250:], "space")) != before
