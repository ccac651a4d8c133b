"""Texts that say that there is no value, in any case and with full stops; nothing else is one."""

from __future__ import annotations

import random

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tests.python.conftest import ROOT
from tests.python.inputs.reading import Reading, evaluate

WORDS: list[str] = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"][
    "placeholders"
]
IN_LOWER_CASE = {word.lower() for word in WORDS}


@given(word=st.sampled_from(WORDS), seed=st.integers(0, 99), n_stops=st.integers(0, 3))
def test_each_listed_text_is_one_in_any_case(word: str, seed: int, n_stops: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    text = "".join(chance.choice((letter.upper(), letter.lower())) for letter in word)
    text += "." * n_stops
    is_word = word.isalpha()
    assert evaluate("is_placeholder('text', 'prose')", [text, f"x{text}", f"{text}x"]) == [
        True, False, False,
    ]  # fmt: skip
    # A word may be an id.
    assert evaluate("is_placeholder('text', 'id')", [text]) == [not is_word]


@given(st.lists(st.text(st.characters(max_codepoint=126)), min_size=1, max_size=20))
@example(["\\\\N", "n a", "(no genres listed", "0000-00", "...", "noXplot", "N\\N"])
def test_no_other_text_is_one(texts: list[str]) -> None:
    listed = [text.lower().rstrip(".") in IN_LOWER_CASE for text in texts]
    assert evaluate("is_placeholder('text', 'prose')", [*texts]) == listed


def test_a_word_in_the_spelling_of_a_title_is_one_of_a_film() -> None:
    texts = ["None", "Unknown", "NONE", "unknown", "N/A", "nan"]
    assert evaluate("is_placeholder('text', 'title')", [*texts]) == [
        False, False, True, True, True, True,
    ]  # fmt: skip


def test_without_listed_texts_none_is_one() -> None:
    reading = Reading({"placeholders": []})
    found = reading.render(
        "select {{ is_placeholder('text', 'prose') }} from (values ('...')) t (text)"
    )
    assert reading.connection.execute(found).fetchall() == [(False,)]
