"""Synthetic files in the publishers' formats become a folder that `make evaluate` reads."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import pytest

from python_udfs.errors import InputError
from tagsmith.cli import main
from tagsmith.cold_start_data import read_cold_start
from tagsmith.convert import convert_files
from tagsmith.real_catalogue import write_catalogue

_TMDB_HEADER = (
    "adult", "genres", "id", "imdb_id", "original_language", "original_title", "overview",
    "poster_path", "production_countries", "release_date", "runtime", "title",
)  # fmt: skip
_TAGS = [f"harbour {n}" for n in range(9)]


def write(path: Path, *rows: Sequence[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def lists(*names: str) -> str:
    """A cell of The Movies Dataset: a list as a Python literal."""
    return repr([{"id": n, "name": name} for n, name in enumerate(names)])


def film(
    item_id: str, imdb_id: str, title: str, overview: str, date: str = "1999-05-01"
) -> list[str]:
    return [
        "False", lists("Drama", "Science Fiction"), item_id, imdb_id, "is", f"Orig {title}",
        overview, "/x.jpg", "[{'iso_3166_1': 'IS', 'name': 'Iceland'}]", date, "90.0", title,
    ]  # fmt: skip


@pytest.fixture
def raw(tmp_path: Path) -> dict[str, list[Path]]:
    ml, mpst, tmdb = (tmp_path / "raw" / name for name in ("ml", "mpst", "tmdb"))
    write(
        ml / "ml-latest-small" / "movies.csv",
        ("movieId", "title", "genres"),
        (1, "Salt Road (1999)", "Drama|Sci-Fi"),
        (2, "Lantern, The (2003)", "(no genres listed)"),
        (3, "Unlinked (2004)", "Comedy"),
        (4, "Left Bank, A (1987)", "Comedy|Romance"),
    )
    write(
        ml / "ml-latest-small" / "links.csv",
        ("movieId", "imdbId", "tmdbId"),
        (1, "0000101", "101"), (2, "0000102", "102"), (3, "0000103", ""), (4, "12345678", "104"),
    )  # fmt: skip
    write(
        ml / "ml-latest-small" / "ratings.csv",
        ("userId", "movieId", "rating", "timestamp"),
        *((user, movie, 4.5, 1_000_000_000 + user) for movie in (1, 2, 4) for user in range(1, 7)),
        (1, 3, 2.0, 1_000_000_000),
        (1, 1, "many", 1_000_000_000),
    )
    write(
        ml / "ml-latest-small" / "tags.csv",
        ("userId", "movieId", "tag", "timestamp"),
        (1, 1, "Fog ", 1), (2, 1, "fog", 1), (1, 1, "in netflix queue", 1), (1, 1, "Ada Brand", 1),
        (1, 2, "19th century", 1), (1, 3, "gone", 1), (1, 4, "boring", 1),
    )  # fmt: skip
    write(
        mpst / "mpst_full_data.csv",
        ("imdb_id", "title", "plot_synopsis", "tags", "split", "synopsis_source"),
        ("tt0000101", "Salt Road", 'She says, "Go".\n' + "x" * 9000, "murder, romantic", "train",
         "imdb"),
        ("tt0000102", "The Lantern", "A lamp is lost.", "violence", "test", "wikipedia"),
        ("tt0009999", "Nobody", "No film.", "murder", "train", "imdb"),
    )  # fmt: skip
    write(
        tmdb / "movies_metadata.csv",
        _TMDB_HEADER,
        film("101", "tt0000101", "Salt Road", 'A road, "salted",\nends at the sea.'),
        film("102.0", "tt0000102", "The Lantern", "A lamp is lost."),
        film("102.0", "tt0000102", "The Lantern", "A lamp is lost."),
        # An unquoted line break: the film's line ends early, the rest has a date for an id.
        film("103", "tt0000103", "Broken", "Half a film.")[:7],
        (" - By one", "0.06", "1997-08-20", "1", "104.0", "[]", "Released", "", "False"),
        (*film("105", "tt0000105", "Too long", "Cells."), "one more"),
        film("106", "tt0000106", "The Bell", "A bell is cast.", date="soon"),
    )
    write(
        tmdb / "keywords.csv",
        ("id", "keywords"),
        ("101", lists(*_TAGS, "fisherman's friend", "1970s", "ada brand")),
        ("102", lists(*_TAGS, "lamp")),
        ("106", "[{'id': 1, 'name':"),
        ("999", lists("of no film")),
    )
    write(
        tmdb / "credits.csv",
        ("cast", "crew", "id"),
        (
            lists("Ada Brand", "Bo O'Hare", "C", "D", "E", "F"),
            repr([
                {"job": "Director", "name": "Gus Holm"}, {"job": "Editor", "name": "H"},
                {"job": "Director", "name": "Ida Moe", "profile_path": None},
            ]),
            "101",
        ),
        ("[]", "[]", "101"),
        ("[]", "[]", "999"),
    )  # fmt: skip
    return {"movielens": [ml], "mpst": [mpst], "tmdb": [tmdb]}


def read(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for name in ("items", "plots", "human_tags", "ratings"):
            connection.read_parquet(str(folder / f"{name}.parquet")).create_view(name)
        return connection.execute(query).fetchall()


def test_films_of_both_publishers_are_items_by_tmdb_id(
    raw: dict[str, list[Path]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (out / "posters").mkdir(parents=True)
    (out / "posters" / "101.jpg").write_bytes(b"")
    convert_files(raw, out)
    assert read(
        out, "select item_id, imdb_id, movielens_id, title, overview, genres from items"
    ) == [
        (101, "tt0000101", 1, "Salt Road", 'A road, "salted",\nends at the sea.',
         ["Drama", "Science Fiction"]),
        (102, "tt0000102", 2, "The Lantern", "A lamp is lost.", ["Drama", "Science Fiction"]),
        (104, "tt12345678", 4, "A Left Bank", None, ["Comedy", "Romance"]),
        (106, "tt0000106", None, "The Bell", "A bell is cast.", ["Drama", "Science Fiction"]),
    ]  # fmt: skip
    assert read(
        out,
        "select director, top_cast, countries, original_title, original_language, "
        "release_date::varchar, poster_file from items where item_id in (101, 106)",
    ) == [
        ("Gus Holm, Ida Moe", ["Ada Brand", "Bo O'Hare", "C", "D", "E"], ["Iceland"],
         "Orig Salt Road", "is", "1999-05-01", "posters/101.jpg"),
        (None, None, ["Iceland"], "Orig The Bell", "is", None, None),
    ]  # fmt: skip


def test_tags_have_a_source_a_kind_and_the_number_of_users(
    raw: dict[str, list[Path]], tmp_path: Path
) -> None:
    convert_files(raw, tmp_path)
    assert read(
        tmp_path,
        "select item_id, keyword, source, n_users, kind from human_tags "
        "where not starts_with(keyword, 'harbour') order by all",
    ) == [
        (101, "1970s", "tmdb", None, "time"),
        (101, "ada brand", "movielens", 1, "person"),
        (101, "ada brand", "tmdb", None, "person"),
        (101, "fisherman's friend", "tmdb", None, "content"),
        (101, "fog", "movielens", 2, "content"),
        (101, "in netflix queue", "movielens", 1, "noise"),
        (101, "murder", "mpst", None, "content"),
        (101, "romantic", "mpst", None, "genre"),
        (102, "19th century", "movielens", 1, "time"),
        (102, "lamp", "tmdb", None, "content"),
        (102, "violence", "mpst", None, "content"),
        (104, "boring", "movielens", 1, "opinion"),
    ]


def test_what_is_left_out_is_counted(raw: dict[str, list[Path]], tmp_path: Path) -> None:
    converted = convert_files(raw, tmp_path)
    assert converted.left_out == {
        "movies_metadata.csv: lines with more cells than the header, or with stray quotes": 1,
        "movies_metadata.csv: rows whose id is not a number": 1,
        "movies_metadata.csv: rows with a duplicate id": 1,
        "films without a title": 1,
        "links.csv: films without a tmdbId": 1,
        "ratings.csv: rows of a film without a tmdbId or title, or without a readable number": 2,
        "tags.csv: rows of a film without a tmdbId or title": 1,
        "mpst_full_data.csv: duplicate films, or films whose imdb_id matches no item": 1,
        "keywords.csv: unreadable lists in keywords": 1,
        "keywords.csv: films that are not items": 1,
        "credits.csv: duplicate rows, or rows of a film that is not an item": 2,
    }
    assert converted.missing == []
    assert converted.n_rows == {"items": 4, "plots": 2, "human_tags": 30, "ratings": 18}


def test_the_folder_is_what_make_evaluate_and_make_cold_start_read(
    raw: dict[str, list[Path]], tmp_path: Path
) -> None:
    data, out = tmp_path / "data", tmp_path / "inputs"
    convert_files(raw, data)
    assert write_catalogue(data, out, 4, is_whole=True) == 2
    inputs = {
        name: duckdb.execute(f"from '{out / name}.parquet'").fetchall()
        for name in ("items_to_tag", "manual_tags", "base_tags", "interactions")
    }
    assert inputs["items_to_tag"] == [(101,), (102,)]
    assert len(inputs["interactions"]) == 12
    tags = {tag for item, tag, _ in inputs["manual_tags"] if item == 101}
    assert {"harbour 0", "fisherman's friend", "1970s", "fog", "romantic"} <= tags
    assert not tags & {"ada brand", "in netflix queue"}
    assert inputs["base_tags"] == []
    lengths = duckdb.execute(
        f"select length(plot) from '{out}/items.parquet' order by item_id limit 1"
    )
    assert lengths.fetchall() == [(8000,)]

    generated = write(tmp_path / "tags.csv", ("item_id", "tag"), (102, "harbour 3"))
    cold = read_cold_start(data, generated, None, 0.5, 1)
    assert cold.interactions.num_rows == 18
    assert list(cold.cold_items) == ["102"]
    assert {"person:ada brand", "decade:1990"} <= set(cold.blocks.general["feature"].to_pylist())


def test_a_tag_of_ten_films_is_in_the_schema(tmp_path: Path) -> None:
    n = range(1, 12)
    tmdb = tmp_path / "raw"
    write(tmdb / "movies_metadata.csv", _TMDB_HEADER,
          *(film(str(i), f"tt{i:07}", f"Film {i}", "Text.") for i in n))  # fmt: skip
    write(tmdb / "keywords.csv", ("id", "keywords"), *((i, lists("island")) for i in n))
    convert_files({"tmdb": [tmdb]}, tmp_path / "data")
    write_catalogue(tmp_path / "data", tmp_path / "out", 2)
    assert duckdb.execute(f"from '{tmp_path}/out/base_tags.parquet'").fetchall() == [
        ("island", "content")
    ]


def test_the_form_of_tmdb_5000_and_a_zip_are_read(
    raw: dict[str, list[Path]], tmp_path: Path
) -> None:
    tmdb = tmp_path / "5000"
    write(
        tmdb / "tmdb_5000_movies.csv",
        ("budget", "genres", "id", "keywords", "original_language", "original_title", "overview",
         "production_countries", "release_date", "title"),
        (0, json.dumps([{"id": 1, "name": "Drama"}]), 101, json.dumps([{"id": 1, "name": "tide"}]),
         "fo", "Orig", "A road.", json.dumps([{"name": "Faroe Islands"}]), "1999-05-01", "Road"),
    )  # fmt: skip
    write(
        tmdb / "tmdb_5000_credits.csv",
        ("movie_id", "title", "cast", "crew"),
        (101, "Road", json.dumps([{"name": "Ada Brand", "order": 0}]),
         json.dumps([{"name": "Gus Holm", "job": "Director", "gender": None}])),
    )  # fmt: skip
    archive = tmp_path / "ml-latest-small.zip"
    with ZipFile(archive, "w") as zipped:
        for path in raw["movielens"][0].rglob("*.csv"):
            zipped.write(path, f"ml-latest-small/{path.name}")
    convert_files({"movielens": [archive], "tmdb": [tmdb]}, tmp_path / "out")
    assert read(
        tmp_path / "out",
        "select title, genres, countries, director, top_cast, imdb_id from items "
        "where item_id = 101",
    ) == [("Road", ["Drama"], ["Faroe Islands"], "Gus Holm", ["Ada Brand"], "tt0000101")]
    assert ("tide", "tmdb") in read(tmp_path / "out", "select keyword, source from human_tags")


def test_what_a_missing_source_costs_is_said(
    raw: dict[str, list[Path]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["convert", "--out", str(out), "--movielens", str(raw["movielens"][0])]) == 0
    said = capsys.readouterr().out
    assert "missing without movies_metadata.csv or tmdb_5000_movies.csv: overviews" in said
    assert "missing without mpst_full_data.csv: plots" in said
    assert "missing without ratings.csv" not in said
    assert read(out, "select count(*) from plots") == [(0,)]
    assert write_catalogue(out, tmp_path / "inputs", 2) == 0


def test_a_place_or_column_that_is_not_there_is_refused(
    raw: dict[str, list[Path]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match="nothing to convert"):
        convert_files({"mpst": []}, tmp_path)
    with pytest.raises(InputError, match=r"contains none of mpst_full_data\.csv"):
        convert_files({"mpst": raw["movielens"]}, tmp_path)
    with pytest.raises(InputError, match="no column imdb_id; it has id, plot_synopsis"):
        convert_files(
            {"mpst": [write(tmp_path / "mpst_full_data.csv", ("id", "plot_synopsis", "tags"))]},
            tmp_path,
        )
    (tmp_path / "half.zip").write_bytes(b"PK")
    with pytest.raises(InputError, match="is not a readable zip"):
        convert_files({"tmdb": [tmp_path / "half.zip"]}, tmp_path)
    assert main(["convert", "--out", str(tmp_path), "--tmdb", str(tmp_path / "none")]) == 1
    assert "does not exist" in capsys.readouterr().err
