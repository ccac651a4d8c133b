"""A line for each item that a generator has finished, with its first tags."""

from __future__ import annotations

from python_udfs.first_tags import FirstTags
from python_udfs.llm.calls import Answer, Question


def answer(item_id: str, path: str, text: str | None) -> Answer:
    return Answer(Question(f"{item_id} {path}", "text", item_id, path=path), text)


def test_an_item_is_told_when_its_last_question_is_settled() -> None:
    tell = FirstTags("text", {"parasite": 3, "oldboy": 1})
    mood = answer("parasite", "text:mood", '[{"name":"tense","score":0.7}]')
    subject = answer(
        "parasite", "text:subject", '[{"name":"poverty","score":0.9},{"name":"tense","score":0.7}]'
    )
    assert tell([mood]) is None
    assert tell([answer("oldboy", "text:mood", None)]) == "text 1 of 2  oldboy: no tags"
    failed = answer("parasite", "text:setting", None)
    assert tell([subject, failed]) == "text 2 of 2  parasite: poverty, tense"


def test_no_answers_are_no_line() -> None:
    assert FirstTags("text", {"a": 1})([]) is None


def test_what_a_model_writes_is_shown_as_text() -> None:
    tell = FirstTags("text", {"a": 1})
    strange = (
        '[{"name":"\\u001b[31mred\\n","score":1},{"name":7,"score":1},"x",{"name":" ","score":0}]'
    )
    assert tell([answer("a", "text:mood", strange)]) == "text 1 of 1  a: [31mred"


def test_only_the_best_few_are_shown() -> None:
    tags = ",".join(f'{{"name":"tag {n}","score":0.{n}}}' for n in range(1, 10))
    line = FirstTags("text", {"a": 1})([answer("a", "text:mood", f"[{tags}]")])
    assert line == "text 1 of 1  a: tag 9, tag 8, tag 7, tag 6, tag 5, tag 4"
