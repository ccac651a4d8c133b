"""Durations in words."""

from __future__ import annotations

import pytest

from python_udfs.llm.duration import in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (20, "about 1 minute"), (61, "about 2 minutes"), (7100, "about 119 minutes"),
        (7200, "about 2 hours"), (100_000, "about 28 hours"),
    ],
)  # fmt: skip
def test_it_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
