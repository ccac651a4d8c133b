"""The inputs of a real run, from a data folder of a few films."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tagsmith.real_catalogue import write_catalogue

_FILES = {
    # 1 to 6 have all that is asked for, 7 has no plot, 8 no ratings, 9 no overview; 1 to 3 have a
    # poster.
    "items": "select n as item_id, 'Film &amp; ' || n as title, 'Film ' || n as original_title, "
    "'xx' as original_language, if(n = 9, '', 'Two &amp; three.') as overview, "
    "['Drama'] as genres, ['Chad'] as countries, date '2001-01-01' as release_date, "
    "'A One, B Two' as director, ['C Three'] as top_cast, "
    "if(n <= 3, 'posters/' || n || '.jpg', null) as poster_file from range(1, 10) as t (n)",
    "plots": "select n as item_id, 'A plot.' as plot from range(1, 10) as t (n) where n <> 7",
    "human_tags": "select n as item_id, 'Tag ' || m as keyword, 'tmdb' as source, "
    "if(m = 11, 'opinion', 'content') as kind from range(1, 10) as t (n), range(12) as u (m)",
    "ratings": "select u as user_id, n as item_id, 4.0 as rating, to_timestamp(u) as ts "
    "from range(1, 10) as t (n), range(5) as v (u) where n <> 8",
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, query in _FILES.items():
        duckdb.sql(f"copy ({query}) to '{folder / name}.parquet' (format parquet)")
    return folder


def rows(folder: Path, name: str, columns: str = "*") -> list[tuple[Any, ...]]:
    return duckdb.execute(f"select {columns} from '{folder / name}.parquet'").fetchall()


def test_half_of_the_chosen_films_have_posters_and_a_greater_number_holds_a_smaller(
    data: Path, tmp_path: Path
) -> None:
    write_catalogue(data, tmp_path / "two", 2)
    write_catalogue(data, tmp_path / "four", 4)
    posters = rows(tmp_path / "four", "items", "count(poster_file), count(*)")
    two, four = (set(rows(tmp_path / n, "items", "item_id")) for n in ("two", "four"))
    assert posters == [(2, 4)]
    assert two < four <= {(n,) for n in range(1, 7)}


def test_more_films_are_those_that_the_rule_leaves_out(data: Path, tmp_path: Path) -> None:
    assert write_catalogue(data, tmp_path / "four", 4) == 4
    assert write_catalogue(data, tmp_path / "more", 4, n_more=20) == 6
    four, more = (set(rows(tmp_path / n, "items", "item_id")) for n in ("four", "more"))
    assert more - four == {(7,), (8,)}
    assert four < more


def test_a_whole_catalogue_says_which_films_get_tags(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "whole"
    write_catalogue(data, out, 4, is_whole=True)
    assert set(rows(out, "items", "item_id")) == {(n,) for n in range(1, 9)}
    assert len(rows(out, "items_to_tag")) == 4
    assert json.loads((out / "vars.json").read_text())["control_items"] > 0
    assert f"TAGSMITH_ITEMS_TO_TAG={out / 'items_to_tag.parquet'}" in (out / "env").read_text()


def test_texts_are_unescaped_and_only_clean_tags_are_the_truth(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_catalogue(data, out, 2)
    assert rows(out, "items", "distinct overview, extra ->> 'original_language'") == [
        ("Two & three.", "xx")
    ]
    assert rows(out, "manual_tags", "count(distinct keyword), count(distinct item_id)") == [(11, 2)]
    assert rows(out, "interactions", "count(*), count(distinct item_id)") == [(10, 2)]
    settings = json.loads((out / "vars.json").read_text())
    assert "manual_tags_columns" in settings
    assert "control_items" not in settings
    assert "ITEMS_TO_TAG" not in (out / "env").read_text()
