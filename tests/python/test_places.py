"""What the gazetteers know as a place, and what they do not."""

from __future__ import annotations

import duckdb
import pytest

from python_udfs.places import register, without_places


@pytest.mark.parametrize(
    "tag",
    [
        "seoul", "new york", "new york city", "paris", "northern ireland", "scotland", "bavaria",
        "texas", "rio de janeiro", "south korea", "united states", "africa", "caribbean",
        "são paulo", "brooklyn new york", "seoul south korea",
    ],
)  # fmt: skip
def test_of_real_places_nothing_is_left(tag: str) -> None:
    assert without_places(tag) == ""


@pytest.mark.parametrize(
    "tag",
    [
        "hogwarts", "gotham city", "maria lopez", "kim ji won", "walter", "new start", "war", "lo",
        "paris fashion", "yorkshire terrier", "small town", "",
    ],
)  # fmt: skip
def test_names_and_words_are_left_as_they_are(tag: str) -> None:
    assert without_places(tag) == tag


def test_words_before_a_place_are_left() -> None:
    assert without_places("streets of new york") == "streets of"
    assert without_places("jack london") == "jack"


def test_sql_has_the_same_function() -> None:
    with duckdb.connect() as connection:
        register(connection)
        found = connection.execute(
            "select without_places(tag) from unnest(['seoul', 'hogwarts', null]) as t (tag)"
        ).fetchall()
    assert found == [("",), ("hogwarts",), (None,)]
