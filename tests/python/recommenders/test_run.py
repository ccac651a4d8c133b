"""From the published store to the rows of the dbt models, with reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from python_udfs.errors import InputError
from python_udfs.recommenders import Interactions, ItemCF, ItemFeatures, read_published
from python_udfs.recommenders.explain import Explainer
from python_udfs.recommenders.neighbors import neighbors
from python_udfs.recommenders.run import ranked_items
from python_udfs.settings import Settings
from tests.python.conftest import MakeSettings
from tests.python.recommenders.conftest import ITEMS, ROWS, TAGS, consumed, tagged

WHALE = "🐳 whale"
Row = dict[str, Any]


def write_store(root: Path, tags: tuple[tuple[str, str, float], ...] = TAGS) -> None:
    """A version as `publications` writes it, with `current` pointing to it."""
    folder = root / "v1"
    folder.mkdir(parents=True)
    table = tagged(tags).rename_columns(["item_id", "tag", "score"])
    pq.write_table(
        table.append_column("rank", pa.array(range(len(tags)))), folder / "item_tags.parquet"
    )
    features = pa.table({"item_id": list(reversed(ITEMS)), "title": ["T"] * 4})
    pq.write_table(features, folder / "item_features.parquet")
    (root / "current").symlink_to("v1")


def rows_of(rows: tuple[tuple[Any, ...], ...]) -> duckdb.DuckDBPyRelation:
    return duckdb.connect().from_arrow(consumed(rows))


@pytest.fixture
def settings(make_settings: MakeSettings, tmp_path: Path) -> Settings:
    return make_settings(publish_dir=str(tmp_path / "store"))


def test_tags_of_the_store_are_features_and_all_items_are_there(tmp_path: Path) -> None:
    write_store(tmp_path)
    table, items = read_published(tmp_path)
    assert list(items) == list(ITEMS)
    assert table.to_pylist() == tagged(TAGS).to_pylist()


def test_a_missing_or_broken_store_is_told_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"current.*make build.*TAGSMITH_PUBLISH_DIR"):
        read_published(tmp_path)
    (tmp_path / "current").symlink_to("gone")
    with pytest.raises(InputError, match="make build"):
        read_published(tmp_path)
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone/item_tags.parquet").write_bytes(b"no parquet")
    with pytest.raises(InputError, match="make build"):
        read_published(tmp_path)


def test_a_store_without_a_column_of_the_contract_is_refused(tmp_path: Path) -> None:
    write_store(tmp_path)
    pq.write_table(pa.table({"item_id": ["a"], "tag": ["x"]}), tmp_path / "v1/item_tags.parquet")
    with pytest.raises(InputError, match="score"):
        read_published(tmp_path)


def test_a_tag_of_four_bytes_comes_through_as_a_reason(tmp_path: Path, settings: Settings) -> None:
    write_store(
        tmp_path / "store", (("a", WHALE, 0.9), ("a", "sea", 0.5), ("d", WHALE, 0.8), ("d", "x", 1))
    )
    found = ranked_items(rows_of((("u1", "a"),)), settings).read_all().to_pylist()
    content = [row for row in found if (row["kind"], row["model"]) == ("user", "content")]
    assert [(row["item_id"], row["rank"], row["tags"]) for row in content] == [("d", 1, [WHALE])]


def test_every_model_recommends_what_is_unseen_in_the_order_of_the_setting(
    tmp_path: Path, settings: Settings
) -> None:
    write_store(tmp_path / "store")
    changed = settings.model_copy(
        update={"recommendation_models": ["hybrid", "item_cf"], "recommendation_k": 1}
    )
    rows = ranked_items(rows_of((*ROWS, ("u9", "unknown"))), changed).read_all().to_pylist()
    found = [row for row in rows if row["kind"] == "user"]
    assert [(row["model"], row["subject_id"], row["rank"], row["item_id"]) for row in found] == [
        ("hybrid", "u1", 1, "c"), ("hybrid", "u2", 1, "b"), ("hybrid", "u3", 1, "a"),
        ("item_cf", "u1", 1, "c"), ("item_cf", "u2", 1, "b"), ("item_cf", "u3", 1, "a"),
    ]  # fmt: skip
    near = [row for row in rows if (row["kind"], row["model"]) == ("item", "item_cf")]
    assert [(row["subject_id"], row["rank"], row["item_id"], row["tags"]) for row in near] == [
        ("a", 1, "c", None), ("b", 1, "a", None), ("c", 1, "a", None),
    ]  # fmt: skip


def test_every_model_is_fitted_once(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_store(tmp_path / "store")
    fitted: list[str] = []

    def fit(model: ItemCF, *data: Any) -> ItemCF:
        fitted.append(model.name)
        return real_fit(model, *data)

    real_fit = ItemCF.fit
    monkeypatch.setattr(ItemCF, "fit", fit)
    chosen = settings.model_copy(update={"recommendation_models": ["item_cf"]})
    kinds = {row["kind"] for row in ranked_items(rows_of(ROWS), chosen).read_all().to_pylist()}
    assert (fitted, kinds) == (["item_cf"], {"user", "item"})


def test_nothing_published_nobody_or_an_empty_run_gives_no_row(
    tmp_path: Path, settings: Settings
) -> None:
    def n_rows(rows: tuple[tuple[str, str], ...], used: Settings) -> int:
        return int(ranked_items(rows_of(rows), used).read_all().num_rows)

    assert n_rows(ROWS, settings) == 0
    write_store(tmp_path / "store")
    assert n_rows((), settings) == 0
    assert n_rows(ROWS, settings.model_copy(update={"is_empty": True})) == 0
    assert n_rows(ROWS, settings) > 0


def test_reasons_are_the_strongest_shared_tags(
    interactions: Interactions, features: ItemFeatures
) -> None:
    explainer = Explainer(interactions, features)
    # u1 consumed a (x 0.5, y 1), u2 a and c (x 1), u3 b, which has no tags.
    found = explainer.shared(
        pa.array([2, 0, 0, 1, 1]).to_numpy(), pa.array([0, 3, 2, 0, 0]).to_numpy(), 2
    )
    assert found.to_pylist() == [[], ["y"], ["x"], ["y", "x"], ["y", "x"]]
    one = explainer.shared(pa.array([1]).to_numpy(), pa.array([0]).to_numpy(), 1)
    assert one.to_pylist() == [["y"]]
    nothing = Explainer(interactions, None).shared(
        pa.array([0]).to_numpy(), pa.array([3]).to_numpy(), 2
    )
    assert nothing.to_pylist() == [[]]


def test_neighbors_come_in_blocks_of_items(
    interactions: Interactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("python_udfs.recommenders.neighbors._BLOCK", 3)
    model = ItemCF().fit(interactions)
    found = [row for batch in neighbors(model, interactions.items, 5) for row in batch.to_pylist()]
    assert [(row["subject_id"], row["rank"], row["item_id"]) for row in found] == [
        ("a", 1, "c"), ("a", 2, "b"), ("b", 1, "a"), ("c", 1, "a"),
    ]  # fmt: skip
