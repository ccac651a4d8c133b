"""The evaluators: verdicts from log-probabilities or JSON, reasons for accepted tags."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from python_udfs.evaluators import (
    answer_evaluators,
    answer_reasons,
    parse_reasons,
    parse_verdict,
    yes_share,
)
from python_udfs.llm.calls import Question, Reply
from python_udfs.llm.failures import ErrorClass
from python_udfs.settings import Environment
from tests.python.conftest import MakeSettings
from tests.python.endpoint import Endpoint
from tests.python.faults import Fault

QUESTION = Question("k", "strict", "a", tag="storm")
logprob = st.floats(min_value=-50, max_value=0)


def reply(text: str, finish_reason: str = "stop", **top: float) -> Reply:
    return Reply(text, finish_reason, top)


def test_the_share_of_yes_is_its_probability_over_both() -> None:
    assert yes_share({"Yes": math.log(0.6), "No": math.log(0.2)}) == pytest.approx(0.75)
    assert yes_share({"Yes": math.log(0.3), "Maybe": math.log(0.7)}) == 1.0
    assert yes_share({"Sure": -0.1, "": -3.0}) is None
    assert yes_share({}) is None


def test_a_word_that_is_not_listed_counts_with_the_most_that_it_can_have() -> None:
    # What one listed token leaves, or as much as the least of many.
    assert yes_share({"Yes": math.log(0.7)}) == pytest.approx(0.7)
    assert yes_share({"No": math.log(0.7)}) == pytest.approx(0.3)
    top = {"Yes": math.log(0.6), "Sure": math.log(0.2)}
    assert yes_share(top) == pytest.approx(0.75)
    assert yes_share({**top, "Y": math.log(0.06)}) == pytest.approx(0.6 / 0.66)
    # One that is listed has its own share, however small.
    assert yes_share({"Yes": math.log(0.7), "No": -9999.0}) == 1.0
    assert yes_share({"Yes": -9999.0, "No": -9999.0}) is None


def test_spellings_of_one_word_are_added_up() -> None:
    top = {" yes": math.log(0.2), "YES": math.log(0.1), "Yes": math.log(0.3), "no\n": math.log(0.2)}
    assert yes_share(top) == pytest.approx(0.75)


@given(logprob, logprob)
def test_the_share_lies_between_zero_and_one_and_its_mirror_is_the_rest(
    yes: float, no: float
) -> None:
    share, mirror = yes_share({"Yes": yes, "No": no}), yes_share({"Yes": no, "No": yes})
    assert share is not None
    assert mirror is not None
    assert 0 <= share <= 1
    assert share + mirror == pytest.approx(1)
    if abs(yes - no) > 1e-6:
        assert (share > 0.5) == (yes > no)


def verdict_of(answer: Reply) -> tuple[dict[str, Any] | None, ErrorClass | None]:
    parsed = parse_verdict(QUESTION, answer)
    value = parsed.answers.get("k")
    return (json.loads(value) if value else None), parsed.error_class


def test_a_verdict_is_read_from_probabilities_before_words() -> None:
    value, error = verdict_of(reply("No", Yes=math.log(0.75), No=math.log(0.25)))
    assert (value, error) == ({"score": 0.75, "form": "logprobs"}, None)
    assert verdict_of(reply("Hm", Hm=-0.1)) == (None, ErrorClass.SCHEMA_VIOLATION)


@pytest.mark.parametrize(
    "text",
    [
        '{"score":0.5,"reason":"r"}',
        '```json\n{"score":0.5,"reason":"r"}\n```',
        '<think>Is it {so}?</think>{"score": "0.50", "reason": "r",}',
        'I say: {"score": "50 %", "reason": "r"}',
        '{"score": "5 of 10", "reason": "r"}',
    ],
)
def test_a_verdict_may_be_json(text: str) -> None:
    assert verdict_of(reply(text)) == ({"score": 0.5, "form": "json", "reason": "r"}, None)


@pytest.mark.parametrize("score", ["0", "1", "0.0", "1.0"])
def test_the_ends_of_the_range_are_scores(score: str) -> None:
    value, error = verdict_of(reply('{"score": ' + score + "}"))
    assert error is None
    assert value is not None
    assert value["score"] == float(score)


@pytest.mark.parametrize(
    ("text", "error_class"),
    [
        ("Yes", ErrorClass.INVALID_JSON),
        ("", ErrorClass.INVALID_JSON),
        ('{"score": 1.7}', ErrorClass.SCHEMA_VIOLATION),
        ('{"score": -0.1}', ErrorClass.SCHEMA_VIOLATION),
        ('{"score": "high"}', ErrorClass.SCHEMA_VIOLATION),
        ('{"score": true}', ErrorClass.SCHEMA_VIOLATION),
        ('{"score": null}', ErrorClass.SCHEMA_VIOLATION),
        ('{"score": NaN}', ErrorClass.SCHEMA_VIOLATION),
        ('{"reason": "no score"}', ErrorClass.SCHEMA_VIOLATION),
        ("[0.5]", ErrorClass.SCHEMA_VIOLATION),
        ("0.5", ErrorClass.SCHEMA_VIOLATION),
    ],
)
def test_what_is_no_verdict_has_its_class(text: str, error_class: ErrorClass) -> None:
    assert verdict_of(reply(text)) == (None, error_class)


TAGS = {"storm": "k1", "sea": "k2"}


def test_reasons_are_read_for_each_tag() -> None:
    parsed = parse_reasons(TAGS, reply('{"storm": " The wind. ", "sea": "A ferry."}'))
    assert parsed.error_class is None
    assert {k: json.loads(v) for k, v in parsed.answers.items()} == {
        "k1": {"reason": "The wind."}, "k2": {"reason": "A ferry."},
    }  # fmt: skip


def test_a_missing_or_empty_reason_is_none() -> None:
    parsed = parse_reasons(TAGS, reply('{"storm": "The wind.", "sea": ""}'))
    assert list(parsed.answers) == ["k1"]
    assert parsed.error_class is ErrorClass.SCHEMA_VIOLATION


def test_a_reason_that_was_cut_is_kept_as_far_as_it_goes() -> None:
    parsed = parse_reasons(TAGS, reply('{"storm": "The wind.", "sea": "A fer', "length"))
    assert {k: json.loads(v) for k, v in parsed.answers.items()}["k2"] == {"reason": "A fer"}
    lost = parse_reasons(TAGS, reply('{"storm": "The wind."', "length"))
    assert (list(lost.answers), lost.error_class) == (["k1"], ErrorClass.TRUNCATION)


@given(st.text(max_size=100))
def test_no_text_raises(text: str) -> None:
    for finish_reason in ("stop", "length"):
        assert parse_reasons(TAGS, reply(text, finish_reason)).error_class is not None
        assert parse_verdict(QUESTION, reply(text, finish_reason)).error_class is not None


# --- from SQL to the ledger and back

TEXT = "Title: Night Ferry\nSummary: A lighthouse keeper hides a smuggler."
PASSAGES = json.dumps([{"passage_id": "d#0", "source": "Critic", "item_id": None,
                        "text": "It plays on a space station."}])  # fmt: skip

UNSENT = "At dawn the police search the pier. A boat burns. Nobody says a word."

Judge = Callable[..., list[tuple[Any, ...]]]


class WordEncoder:
    """Texts are near if they share words."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        words = [set(re.findall(r"\w+", text.casefold())) for text in texts]
        places = {word: n for n, word in enumerate(sorted(set().union(*words)))}
        vectors = np.zeros((len(texts), len(places)), dtype=np.float32)
        for row, found in zip(vectors, words, strict=True):
            row[[places[word] for word in found]] = 1 / math.sqrt(len(found))
        return vectors


def pairs_sql(*tags: tuple[str, str | None], item: str = "a") -> str:
    rows = []
    for n, (tag, passages) in enumerate(tags, start=1):
        quoted = "null::varchar" if passages is None else f"'{passages}'"
        rows.append(f"('{item}', '{tag}', {quoted}, {n})")
    return f"(values {', '.join(rows)}) as pairs (item_id, tag, passages, place)"


@pytest.fixture
def judge(
    ledger: duckdb.DuckDBPyConnection, make_settings: MakeSettings, environment: Environment
) -> Judge:
    """Asks both evaluators for (tag, passages) pairs."""

    def run(
        *tags: tuple[str, str | None], item: str = "a", strict_reads: str = "text", **changes: Any
    ) -> list[Any]:
        questions = f"""
            select concat_ws('|', evaluator, item_id, tag) as question_key, 'tagging' as purpose,
                item_id, evaluator, null::varchar as model, tag, reads, '{TEXT}' as item_text,
                '{UNSENT}' as unsent_text, passages, place
            from {pairs_sql(*tags, item=item)}
            cross join (values ('lenient', 'text'), ('strict', '{strict_reads}'))
                as evaluators (evaluator, reads)
        """
        settings = make_settings(**changes)
        return answer_evaluators(
            ledger, settings, environment, "run-1", questions, WordEncoder()
        ).fetchall()

    return run


def score_of(rows: list[Any], tag: str, evaluator: str = "strict") -> float:
    ((answer,),) = [row[8:9] for row in rows if row[2:4] == (tag, evaluator)]
    return float(json.loads(answer)["score"])


def test_each_tag_is_judged_once_by_both(judge: Judge, endpoint: Endpoint) -> None:
    rows = judge(("smuggler", None), ("space station", None))
    assert len(rows) == 4
    assert {row[6] for row in rows} == {"answered"}
    assert endpoint.n_calls == 4
    assert score_of(rows, "smuggler") > 0.8
    assert score_of(rows, "space station") < 0.2
    judge(("smuggler", None), ("space station", None), ("boat", None))
    assert endpoint.n_calls == 6


def test_evidence_reaches_the_evaluator(judge: Judge) -> None:
    assert score_of(judge(("space station", PASSAGES)), "space station") > 0.8


def test_the_verdicts_of_an_item_follow_each_other(judge: Judge, endpoint: Endpoint) -> None:
    judge(("b", None), ("a", None), max_concurrency=1)
    assert [seen.asked.tags[0] for seen in endpoint.seen] == ["b", "b", "a", "a"]


def test_an_evaluator_that_reads_lines_sees_the_nearest_and_points_at_them(
    judge: Judge, endpoint: Endpoint
) -> None:
    rows = judge(("boat", None), ("police", PASSAGES), strict_reads="lines", evidence_lines=1)
    lines = {row[2]: json.loads(row[8]).get("lines") for row in rows if row[3] == "strict"}
    assert lines == {"boat": ["A boat burns."], "police": ["At dawn the police search the pier."]}
    assert all("lines" not in json.loads(row[8]) for row in rows if row[3] == "lenient")
    seen = {seen.asked.item_text: seen.asked.prompt for seen in endpoint.seen}
    assert set(seen) == {TEXT, "A boat burns.", "At dawn the police search the pier."}
    assert "space station" in seen["At dawn the police search the pier."]


def test_verdicts_from_the_text_of_an_item_come_before_those_from_lines(
    judge: Judge, endpoint: Endpoint
) -> None:
    judge(("boat", None), ("pier", None), strict_reads="lines", max_concurrency=1)
    assert [seen.asked.tags[0] for seen in endpoint.seen] == ["boat", "pier", "boat", "pier"]


def test_evaluators_of_their_own_models_are_asked_apart(judge: Judge, endpoint: Endpoint) -> None:
    judge(("smuggler", None), model_strict="test-model-b")
    assert sorted(seen.asked.model for seen in endpoint.seen) == ["test-model", "test-model-b"]


def test_a_verdict_that_failed_is_quarantined_and_the_other_stands(
    judge: Judge, endpoint: Endpoint
) -> None:
    endpoint.fail(Fault.refusal(), lambda asked: asked.tags == ["boat"])
    rows = judge(("boat", None), ("smuggler", None))
    states = {(row[2], row[6], row[7]) for row in rows}
    assert states == {("boat", "quarantined", "refusal"), ("smuggler", "answered", None)}


def test_an_empty_build_judges_nothing(judge: Judge, endpoint: Endpoint) -> None:
    assert {row[6] for row in judge(("smuggler", None), is_empty=True)} == {"pending"}
    assert endpoint.n_calls == 0


@pytest.fixture
def explain(
    ledger: duckdb.DuckDBPyConnection, make_settings: MakeSettings, environment: Environment
) -> Judge:
    """Asks the reasons for (tag, passages) pairs."""

    def run(*tags: tuple[str, str | None], **changes: Any) -> list[Any]:
        questions = f"""
            select concat_ws('|', item_id, tag) as question_key, item_id, tag,
                '{TEXT}' as item_text, passages
            from {pairs_sql(*tags)}
        """
        settings = make_settings(**{"evaluator_reasons": True} | changes)
        return answer_reasons(ledger, settings, environment, "run-1", questions).fetchall()

    return run


def test_the_reasons_of_an_item_come_in_one_call(explain: Judge, endpoint: Endpoint) -> None:
    rows = explain(("smuggler", None), ("space station", PASSAGES))
    reasons = {row[2]: row[6] for row in rows}
    assert reasons == {
        "smuggler": "The text speaks of smuggler.", "space station": "The story suggests it.",
    }  # fmt: skip
    assert endpoint.n_calls == 1
    explain(("smuggler", None), ("space station", PASSAGES))
    assert endpoint.n_calls == 1


def test_reasons_go_in_packs(explain: Judge, endpoint: Endpoint) -> None:
    explain(*[(f"tag {n}", None) for n in range(5)], reason_pack_size=2)
    assert endpoint.n_calls == 3


def test_reasons_can_be_switched_off(explain: Judge, endpoint: Endpoint) -> None:
    rows = explain(("smuggler", None), evaluator_reasons=False)
    assert [(row[4], row[6]) for row in rows] == [("pending", None)]
    assert endpoint.n_calls == 0
