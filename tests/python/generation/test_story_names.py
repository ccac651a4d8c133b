"""Names of a story are no tags, real places are settings: both models with stories of their own."""

from __future__ import annotations

import json
from collections.abc import Iterable

import duckdb
import pytest

from python_udfs import normalise, places
from tests.python.verification.rendered import run_model

# Small words of all stories together: what is here is no name because it begins a sentence.
WORDS = (
    "the when her his old young brave captain widow of and a white house in winter with from "
    "songs drums night detective baker street north"
)
STORIES = {
    "western": (
        "Harriet Blackwood buys a ranch. Tobias, a drifter, helps her. Colonel Amos Pritchard "
        "wants the land. Odell waits. When Harriet's barn burns, Pritchard flees to Wyoming, and "
        "later to New Orleans. In Dusthollow they meet Houston at the White House."
    ),
    "korean": (
        "Kang Min-jae fixes boats on Jeju. Lieutenant Baek So-yul of Busan arrives. Min-jae's "
        "sister Hae-won sings. The town of Garamdo knows."
    ),
    "typos": (
        'Will Ashby is a clerk. Then Ingrid "Inky" Falk arrives in town.Mirek follows her, and '
        'Mirek asks: will he stay? "Stay," says Falk to Mirek.'
    ),
    "spanish": (
        "La viuda Consuelo Ibarra y Fernando, un pintor, viven en Sevilla. Detective Olmos llega "
        "de Madrid a Villaluz. Olmos busca a Ibarra."
    ),
}


def rejected(item: str, category: str, names: Iterable[str]) -> set[str]:
    """Which of the names are rejected as names of the story if the category returns them."""
    answer = json.dumps([{"name": name, "score": 0.9} for name in names])
    with duckdb.connect() as connection:
        normalise.register(connection)
        places.register(connection)
        connection.execute(
            "create table stg_items (item_id text, title text, original_title text, summary text, "
            "synopsis text, people text[], countries text[])"
        )
        for key, story in {**STORIES, "words": WORDS}.items():
            connection.execute(
                "insert into stg_items values (?, ?, null, ?, null, [], [])", [key, key, story]
            )
        for statement in (
            "create table stg_base_tags as select 'ranch' as tag, ['cattle town'] as aliases",
            "create table stg_description_words as select 'black' as word",
            "create table stg_tag_categories as select 'p' as path, 'sub' as level, 99 as max_tags",
            f"create table int_generation_questions as select 'k' as question_key, '{item}' as "
            f"item_id, 'p' as path, 'text' as role, '{category}' as category, 'text' as "
            "input_form, 0.7 as weight",
        ):
            connection.execute(statement)
        connection.execute(
            "create table int_generation_answers as "
            "select 'k' as question_key, 'answered' as status, ? as answer", [answer],
        )  # fmt: skip
        for name in ("int_base_tag_names", "int_item_names", "int_generated_tags"):
            found = run_model(connection, name, {"max_tag_length": 60})
    return {r["name"] for r in found if r["rejected_reason"] == "a name in its story"}


NAMES = {
    "western": [
        "harriet blackwood", "harriet", "tobias", "Odell", "amos pritchard", "colonel pritchard",
        "harri blackwood",
    ],
    "korean": ["kang min jae", "Kang Min-jae", "min jae", "lieutenant baek so yul", "hae won"],
    "typos": ["Will Ashby", "mirek", "inky falk", "ingrid falk"],
    "spanish": ["consuelo ibarra", "fernando", "detective olmos", "olmos"],
}  # fmt: skip
KEPT = {
    "western": ["drifter", "land dispute", "young widow", "brave drifter", "ranch", "cattle town"],
    "korean": ["boat builder", "brave widow", "songs"],
    "typos": ["clerk", "Strong Will", "town clerk"],
    "spanish": ["painter", "widow", "detective", "old captain"],
}


@pytest.mark.parametrize("item", STORIES)
def test_names_of_characters_are_rejected_with_their_titles(item: str) -> None:
    assert rejected(item, "character", NAMES[item] + KEPT[item]) == set(NAMES[item])


@pytest.mark.parametrize(
    ("item", "names", "kept"),
    [
        (
            "western",
            ["harriet houston", "pritchard", "dusthollow", "town of dusthollow"],
            ["new orleans", "wyoming", "streets of new orleans", "white house", "barn"],
        ),
        ("korean", ["garamdo", "min jae", "lieutenant baek"], ["busan", "port of busan", "jeju"]),
        ("spanish", ["villaluz", "consuelo ibarra", "Olmos"], ["madrid", "sevilla", "winter"]),
    ],
)
def test_settings_are_real_places_or_words_but_no_names(
    item: str, names: list[str], kept: list[str]
) -> None:
    assert rejected(item, "setting", names + kept) == set(names)


def test_possessives_of_a_name_are_rejected_in_every_category() -> None:
    names = ["Harriet's barn", "pritchard\u2019s revenge", "the winter's night"]
    assert rejected("western", "subject", names) == set(names[:2])


def test_words_that_only_begin_a_sentence_need_a_second_sign() -> None:
    """ "Odell waits" may be a name or a word: written small by the model, it is left."""
    assert rejected("western", "subject", ["odell", "Odell", "tobias"]) == {"Odell"}
