"""Progress: a bar in a terminal, a line elsewhere."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest

from python_udfs import progress as progress_module
from python_udfs.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_one_line_says_what_was_done() -> None:
    stream = io.StringIO()
    with Progress("text (m)", 3, stream=stream) as progress:
        progress.advance(1, prompt_tokens=1000, completion_tokens=20, cost_usd=0.25)
        progress.advance(2, prompt_tokens=500, completion_tokens=10, cost_usd=None)
    (line,) = stream.getvalue().splitlines()
    assert line.startswith("text (m): 3/3 questions, ")
    assert "1,500 + 30 tokens, 0.2500 USD" in line
    assert "0 s left" in line


def test_failed_calls_are_counted_by_class_and_money_that_is_left_is_said() -> None:
    stream = io.StringIO()
    with Progress("text", 3, stream=stream, left_usd=lambda: 0.75) as progress:
        for error_class in ("rate_limit", "timeout", "rate_limit"):
            progress.failed(error_class)
        progress.advance(1, prompt_tokens=10, cost_usd=0.25)
    assert "0.2500 USD (0.7500 left), failed calls: 2 rate_limit, 1 timeout" in stream.getvalue()


def test_long_work_gives_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "_LINE_EVERY_S", 0.0)
    stream = io.StringIO()
    with Progress("text", 10, unit="queries", stream=stream) as progress:
        progress.advance(4)
    assert [line.split(",")[0] for line in stream.getvalue().splitlines()] == [
        "text: 4/10 queries", "text: 4/10 queries",
    ]  # fmt: skip


def test_a_terminal_gets_a_bar() -> None:
    stream = Terminal()
    with Progress("text", 2, stream=stream) as progress:
        progress.advance(2, prompt_tokens=7)
    assert "2/2" in stream.getvalue()
    assert "7 + 0 tokens" in stream.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_nothing_to_do_says_nothing(stream: io.StringIO) -> None:
    with Progress("text", 0, stream=stream):
        pass
    assert stream.getvalue() == ""


def test_nothing_done_is_said_without_a_division() -> None:
    stream = io.StringIO()
    with Progress("text", 5, stream=stream):
        pass
    assert "0/5" in stream.getvalue()


def test_many_threads_are_counted_right() -> None:
    stream = io.StringIO()
    with Progress("text", 4000, stream=stream) as progress, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: progress.advance(1, 1, 1, 0.001), range(4000)))
    assert "4,000/4,000" in stream.getvalue()
    assert "4,000 + 4,000 tokens, 4.0000 USD" in stream.getvalue()


def test_work_without_tokens_says_nothing_of_them() -> None:
    stream = io.StringIO()
    with Progress("embedding", 3, unit="texts", stream=stream) as progress:
        progress.advance(3)
    assert "3/3 texts" in stream.getvalue()
    assert "tokens" not in stream.getvalue()


def test_lines_about_items_are_written_beside_it_but_not_in_a_flood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress_module, "_SAY_EVERY_S", 1e9)
    for stream in (io.StringIO(), Terminal()):
        with Progress("text", 3, stream=stream) as progress:
            for item in ("one", "two", "three"):
                progress.say(f"{item}: a tag")
        assert "one: a tag\n" in stream.getvalue()
        assert "two: a tag" not in stream.getvalue()
