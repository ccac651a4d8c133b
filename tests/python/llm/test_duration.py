"""The expected duration of items follows from the measured speed."""

from __future__ import annotations

import pytest

from python_udfs.llm.duration import expected_seconds, in_words
from python_udfs.llm.threads import Speed


def test_twice_the_items_or_half_the_speed_take_twice_the_time() -> None:
    alone = Speed(70, 28)
    once = expected_seconds(alone, 20)
    assert 300 < once < 900
    assert expected_seconds(alone, 40) == pytest.approx(2 * once)
    assert expected_seconds(Speed(35, 14), 20) == pytest.approx(2 * once)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (20, "about 1 minute"), (61, "about 2 minutes"), (7100, "about 119 minutes"),
        (7200, "about 2 hours"), (100_000, "about 28 hours"),
    ],
)  # fmt: skip
def test_it_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
