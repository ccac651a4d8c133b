"""The lines of an item's text that are nearest to a tag."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from python_udfs.search.lines import lines_of, lines_to_expect, nearest_lines

TEXT = "Title: Night Ferry (1999)\nGenres: Drama\nSummary: A keeper hides. Why? Nobody asks!"


class LengthEncoder:
    """Texts are near if they have the same length."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        angles = np.array([len(text) / 100 for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_lines_are_the_sentences_but_not_the_title() -> None:
    assert lines_of(TEXT, "The end.\nA boat burns.") == [
        "Genres: Drama", "Summary: A keeper hides.", "Why?", "Nobody asks!", "The end.",
        "A boat burns.",
    ]  # fmt: skip
    assert lines_of("Title: Sea", None) == ["Title: Sea"]
    assert lines_of("Title: x\nSummary: \u6d77\u3002\u5c71\u3002", None) == [
        "Summary: \u6d77\u3002",
        "\u5c71\u3002",
    ]


@given(st.lists(st.text(alphabet="ab. \n", max_size=300), max_size=4))
def test_no_word_is_lost_and_no_line_is_long(texts: list[str]) -> None:
    body = "\n".join(texts)
    lines = lines_of(f"Title: T\n{body}", None)
    assert all(0 < len(line.split()) <= 40 for line in lines if body.strip())
    if body.strip():
        assert {w for line in lines for w in line.split()} == set(body.split())


def test_the_nearest_lines_come_in_the_order_of_the_text() -> None:
    lines = ["a" * 30, "b" * 10, "c" * 20]
    found = nearest_lines(lines, ["x" * 12, "y" * 28], LengthEncoder(), 2)
    assert found == [("b" * 10, "c" * 20), ("a" * 30, "c" * 20)]


def test_without_lines_there_is_nothing_to_read() -> None:
    assert nearest_lines([], ["sea"], LengthEncoder(), 3) == [()]


def test_an_estimate_sees_the_shortest_and_the_longest_lines() -> None:
    text = "Title: Sea\naaa. b. cc."
    expected = [("b.", "cc.", "aaa."), ("cc.", "aaa.", "dddd.")]
    assert lines_to_expect("lines", text, "dddd.", 3) == expected
    assert lines_to_expect("text", text, "dddd.", 3) == [()]
    assert lines_to_expect("lines", "", None, 2) == [(), ()]
