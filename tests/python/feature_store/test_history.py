"""The published history: queries on it, and reasons to refuse it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from feature_store.contract import Contract, read_contract
from feature_store.errors import HistoryError
from feature_store.history import History, Span
from tests.python.feature_store.nights import ALL, NIGHT1, NIGHT2, manifest_with, write_nights


@pytest.fixture(scope="module")
def folder(manifest: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nights")
    write_nights(folder, manifest)
    return folder


def _contract(folder: Path, manifest: dict[str, Any], **changes: Any) -> Contract:
    file = folder / "changed.json"
    file.write_text(json.dumps(manifest_with(manifest, **changes)), encoding="utf-8")
    return read_contract(file)


def test_it_is_asked_for_its_times_items_and_versions(folder: Path) -> None:
    history = History(folder / "night2.parquet")
    assert history.span() == Span(NIGHT1, NIGHT2, "v2")
    assert history.item_ids(NIGHT1, NIGHT2) == list(ALL)
    just_after = NIGHT1 + dt.timedelta(microseconds=1)
    assert history.item_ids(just_after, NIGHT2) == ["added", "removed", "retagged"]
    assert History(folder / "night3.parquet").pipeline_versions() == ["0.1.0", "0.2.0"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "n_tags", "data_type": "bigint"}, "n_tags is INTEGER where .* says BIGINT"),
        ({"name": "mood", "data_type": "varchar"}, "mood is missing where .* says VARCHAR"),
        ({"name": "tag_vector", "data_type": "double[384]"}, r"is FLOAT\[\] where .* DOUBLE\[\]"),
    ],
)
def test_a_history_unlike_the_contract_is_refused(
    folder: Path, manifest: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    history = History(folder / "night2.parquet")
    history.demand(_contract(folder, manifest, name="n_tags"))
    with pytest.raises(HistoryError, match=said):
        history.demand(_contract(folder, manifest, **changes))


def test_an_empty_history_is_refused(folder: Path, manifest: dict[str, Any]) -> None:
    empty = folder / "empty.parquet"
    duckdb.sql(f"copy (from '{folder}/night2.parquet' limit 0) to '{empty}' (format parquet)")
    with pytest.raises(HistoryError, match="has no rows; build and publish first"):
        History(empty).demand(_contract(folder, manifest, name="n_tags"))


@pytest.mark.parametrize("content", [None, b"", b"PAR1 and then nothing"])
def test_a_missing_or_broken_file_names_the_remedy(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "history.parquet"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(HistoryError, match="build and publish first"):
        History(file).span()
