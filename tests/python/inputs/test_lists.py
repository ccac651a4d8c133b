"""Lists in any form in which catalogues write them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from python_udfs.inputs import literal_to_json, plain_text
from tests.python.inputs.reading import Reading, evaluate

SIGNS = "|;,/\uff5c\uff1b\uff0c\u3001\u2022\n\t"
# What may be in a name: no sign of a list, nothing that begins one, no markup.
NAMES = st.text(
    st.characters(exclude_characters=SIGNS + "[{(<&'\"\\", exclude_categories=("C", "Z")),
    min_size=3,
    max_size=12,
).filter(lambda name: name.strip() and any(c.isalpha() for c in name))
LISTS = st.lists(st.lists(NAMES, min_size=1, max_size=4, unique=True), min_size=1, max_size=6)


def genres(tmp_path: Path, texts: list[str], **read: object) -> list[list[str]]:
    """What is read of a csv column of genres, in the order of the rows."""
    path = tmp_path / "items.csv"
    with duckdb.connect() as connection:
        connection.execute("create table t (item_id text, title text, summary text, genres text)")
        connection.executemany(
            "insert into t values (?, 'T', 'A storm.', ?)",
            [[f"{n:03}", text] for n, text in enumerate(texts)],
        )
        connection.execute(f"copy t to '{path}' (header)")
    reading = Reading({"items_read": read, "placeholders": []}, items=path)
    return [found for (found,) in reading.table("stg_item_rows", "genres", order="item_id")]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Drama, Thriller", "TV Dramas"], [["Drama", "Thriller"], ["TV Dramas"]]),
        (["Drama|Comedy", "Lock, Stock and Two Barrels|War", "Noir"],
         [["Drama", "Comedy"], ["Lock, Stock and Two Barrels", "War"], ["Noir"]]),
        (["Drama;War", "Washington, D.C."], [["Drama", "War"], ["Washington, D.C."]]),
        (["Lee, Bo; Dunn, Cy", "Fox, Dee"], [["Lee, Bo", "Dunn, Cy"], ["Fox, Dee"]]),
        (["드라마/스릴러", "가족"], [["드라마", "스릴러"], ["가족"]]),
        (["Drama, Action/Adventure", "War"], [["Drama", "Action/Adventure"], ["War"]]),
        (["Action &amp; Adventure, Drama", "War"], [["Action & Adventure", "Drama"], ["War"]]),
        (["恐怖、喜剧"], [["恐怖", "喜剧"]]),
        (["['Drama', \"Children's\"]", "[]"], [["Drama", "Children's"], []]),
        (["['Drama' 'War']"], [["Drama", "War"]]),
        (["[Drama, War]"], [["Drama", "War"]]),
        (['{Drama,"Science Fiction"}'], [["Drama", "Science Fiction"]]),
        (['[{"id": 1, "name": "Drama"}, {"id": 2, "name": "War"}]'], [["Drama", "War"]]),
        (["[{'id': 16, 'name': 'Animation'}]"], [["Animation"]]),
        (['{"/m/02": "Drama", "/m/03": "War"}'], [["Drama", "War"]]),
        (['["Action &amp; Adventure"]'], [["Action & Adventure"]]),
    ],
)  # fmt: skip
def test_the_usual_forms_are_lists(
    tmp_path: Path, texts: list[str], expected: list[list[str]]
) -> None:
    assert genres(tmp_path, texts) == expected


def test_one_stray_sign_does_not_split_a_column(tmp_path: Path) -> None:
    texts = ["Drama, War"] * 40 + ["Sword; Sorcery, War"] + ["Noir"] * 9
    assert genres(tmp_path, texts)[40] == ["Sword; Sorcery", "War"]
    texts = ["Noir"] * 40 + ["Washington, D.C."]
    assert genres(tmp_path, texts)[40] == ["Washington, D.C."]


def test_a_named_separator_takes_the_place_of_the_inferred_one(tmp_path: Path) -> None:
    texts = ["Drama - War", "Crime, Noir - War"]
    assert genres(tmp_path, texts, separators={"genres": " - "}) == [
        ["Drama", "War"],
        ["Crime, Noir", "War"],
    ]
    assert genres(tmp_path, texts, separators={"genres": ""}) == [[text] for text in texts]


def test_a_key_can_be_named(tmp_path: Path) -> None:
    texts = ['[{"name": "d", "caption": "Drama"}]']
    assert genres(tmp_path, texts, keys={"genres": "caption"}) == [["Drama"]]


def lists_of(texts: list[str]) -> list[list[str]]:
    """What the macros make of a column of texts."""
    return evaluate(
        "text_list('text', json_value('text'), 'form')", [*texts], forms="list_separator('text')"
    )


@given(lists=LISTS, sign=st.sampled_from(["|", ";", "\u3001", "\u2022"]))
def test_what_was_joined_by_a_sure_sign_comes_apart_again(
    lists: list[list[str]], sign: str
) -> None:
    lists = [*lists, ["first", "second"]]
    assert lists_of([sign.join(names) for names in lists]) == lists


@given(lists=LISTS, is_json=st.booleans())
def test_json_and_python_give_the_same_lists(lists: list[list[str]], is_json: bool) -> None:
    write = json.dumps if is_json else repr
    assert lists_of([write(names) for names in lists]) == lists


@given(st.lists(st.text(max_size=20) | st.none(), max_size=5))
def test_a_python_list_is_read_as_python_reads_it(texts: list[str | None]) -> None:
    assert json.loads(literal_to_json(repr(texts)) or "") == texts


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_literals(text: str) -> None:
    for literal in (text, f"[{text}]", f"{{{text}}}"):
        found = literal_to_json(literal)
        assert found is None or isinstance(json.loads(found), list | dict)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>A pilot &amp; a <b>stowaway</b>.</p><p>Don&#39;t<br />miss &quot;it&quot;.</p>",
         "A pilot & a stowaway. Don't miss \"it\"."),
        ("&lt;p&gt;Once more.&lt;/p&gt;", "Once more."),
        ("AT&amp;amp;T", "AT&T"),
        ("<div><script>alert(1)</script>A thief.</div>", "A thief."),
        ("x&nbsp;y", "x y"),
        ("I <3 you & R&D, a < b and c > d <Spoiler>", "I <3 you & R&D, a < b and c > d <Spoiler>"),
    ],
)  # fmt: skip
def test_markup_is_removed_and_signs_stay(text: str, expected: str) -> None:
    assert plain_text(text) == expected


@given(st.text(st.characters(exclude_characters="<&"), max_size=60))
def test_a_text_without_markup_is_the_same(text: str) -> None:
    assert plain_text(text) == text
