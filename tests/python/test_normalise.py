"""One spelling for every tag."""

from __future__ import annotations

import unicodedata

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from python_udfs.normalise import normalise_tag, register


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Dark   Humor ", "dark humor"),
        ("sci-fi/fantasy", "sci fi fantasy"),
        ("Coming-of-Age!", "coming of age"),
        ("director's cut", "directors cut"),
        ("director\u2019s cut", "directors cut"),
        ("director\u00b4s cut", "directors cut"),
        ("director\uff07s cut", "directors cut"),
        ("\uff26\uff35\uff2c\uff2c width", "full width"),
        ("Stra\u00dfe", "strasse"),
        ("\u00c9T\u00c9", "\u00e9t\u00e9"),
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("\u1112\u1161\u11ab\uad6d", "\ud55c\uad6d"),
        ("\u4ebe\u3000\u5dfe", "\u4ebe \u5dfe"),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940"),
        ("\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ("1980s", "1980s"),
        ("film\u200bnoir", "film noir"),
        ("a\x00b\tc\nd", "a b c d"),
        ("love \u2764\ufe0f", "love"),
        ("\u2764\ufe0f", ""),
        ("\ufe0f", ""),
        ("\u3164", ""),
        ("\U0001f3ac \U0001f468\u200d\U0001f469\u200d\U0001f467", ""),
        ("!!! ... ---", ""),
        ("", ""),
    ],
)
def test_spellings_fold_to_one(text: str, expected: str) -> None:
    assert normalise_tag(text) == expected


@given(st.text())
@example("\u0130stanbul")
@example("\u0149")
@example("e'\u0301")
@example("\u1e9e\u0345")
@example("a\u00b4b")
@example("\u0344")
def test_folding_twice_changes_nothing(text: str) -> None:
    once = normalise_tag(text)
    assert normalise_tag(once) == once


@given(st.text())
def test_only_letters_digits_marks_and_single_spaces_stay(text: str) -> None:
    tag = normalise_tag(text)
    assert {unicodedata.category(character)[0] for character in tag} <= {"L", "M", "N", "Z"}
    assert tag.split() == [word for word in tag.split(" ") if word]
    assert unicodedata.is_normalized("NFKC", tag)
    for word in tag.split():
        assert unicodedata.category(word[0])[0] in "LN"


@given(st.text())
def test_case_and_outer_punctuation_do_not_matter(text: str) -> None:
    assert normalise_tag(f" -{text.casefold()}. ") == normalise_tag(text)


def test_sql_gives_the_same_and_null_for_null() -> None:
    texts = ["Dark Humor!", "\ud55c\uad6d-\uc601\ud654", "", "\U0001f3ac", "it''s"]
    with duckdb.connect() as connection:
        register(connection)
        rows = connection.cursor().execute(
            "select text, normalise_tag(text) from (select unnest(?::varchar[]) as text)", [texts]
        )
        assert rows.fetchall() == [(text, normalise_tag(text)) for text in texts]
        assert connection.execute("select normalise_tag(null)").fetchall() == [(None,)]
