"""The runner: effect of each failure on answers, quarantined and pending questions."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from python_udfs.errors import EndpointError
from python_udfs.llm.failures import ErrorClass
from tests.python.answers import Asked
from tests.python.faults import Change, Fault
from tests.python.llm.conftest import Llm

WHOLE = ("mood", "setting", "subject")


def asks_many(asked: Asked) -> bool:
    return len(asked.categories) > 1


def asks(category: str) -> Any:
    return lambda asked: category in asked.categories


def asked_categories(llm: Llm) -> list[list[str]]:
    return [sorted(seen.asked.categories) for seen in llm.endpoint.seen]


def statuses(llm: Llm) -> dict[str, str]:
    return {
        key: row["status"] if row["status"] == "answered" else str(row["error_class"])
        for key, row in llm.rows.answers.items()
    }


def test_a_good_reply_is_one_call_and_an_answer_for_each_question(llm: Llm) -> None:
    outcome = llm.runner().run([llm.pack(*WHOLE)])
    assert outcome.n_answered == 3
    assert not outcome.quarantined
    assert not outcome.pending
    (call,) = llm.rows.calls
    assert (call["status"], call["error_class"]) == ("ok", None)
    assert call["invocation_id"] == "invocation-1"
    assert set(llm.rows.answers) == {"a:mood", "a:setting", "a:subject"}
    for key, row in llm.rows.answers.items():
        tags = json.loads(row["answer"])
        assert [set(tag) for tag in tags] == [{"name", "score"}] * 3
        assert row["call_id"] == call["call_id"]
        assert row["path"] == f"text:{key.removeprefix('a:')}"
        assert (row["status"], row["item_id"], row["role"]) == ("answered", "a", "text")


def drop_mood(answer: dict[str, Any]) -> Any:
    return {name: tags for name, tags in answer.items() if name != "mood"}


def mood_as_text(answer: dict[str, Any]) -> Any:
    return answer | {"mood": "gloomy"}


@pytest.mark.parametrize("change", [drop_mood, mood_as_text])
def test_only_the_category_that_is_missing_is_asked_again_alone(llm: Llm, change: Change) -> None:
    llm.endpoint.fail(Fault.changed(change), asks_many)
    outcome = llm.runner().run([llm.pack(*WHOLE)])
    assert asked_categories(llm) == [["mood", "setting", "subject"], ["mood"]]
    assert outcome.n_answered == 3
    assert set(statuses(llm).values()) == {"answered"}
    first, second = llm.rows.calls
    assert (first["status"], first["error_class"]) == ("invalid", ErrorClass.SCHEMA_VIOLATION)
    assert "mood" in first["error_message"]
    assert second["status"] == "ok"
    assert llm.rows.answers["a:mood"]["call_id"] == second["call_id"]


def test_a_category_that_fails_alone_is_quarantined(llm: Llm) -> None:
    llm.endpoint.fail(Fault.changed(drop_mood), asks("mood"))
    outcome = llm.runner(max_attempts=2).run([llm.pack(*WHOLE)])
    assert llm.endpoint.n_calls == 2
    assert statuses(llm) == {
        "a:mood": "schema_violation", "a:setting": "answered", "a:subject": "answered",
    }  # fmt: skip
    assert outcome.quarantined == Counter({ErrorClass.SCHEMA_VIOLATION: 1})
    assert llm.rows.answers["a:mood"]["answer"] is None


def test_what_a_cut_reply_holds_is_kept_and_the_rest_asked_alone(llm: Llm) -> None:
    llm.endpoint.fail(Fault.truncated(130), asks_many)
    outcome = llm.runner().run([llm.pack(*WHOLE)])
    assert asked_categories(llm)[0] == ["mood", "setting", "subject"]
    assert all(len(categories) == 1 for categories in asked_categories(llm)[1:])
    assert 2 <= llm.endpoint.n_calls <= 3
    assert outcome.n_answered == 3
    assert llm.rows.calls[0]["error_class"] == ErrorClass.TRUNCATION
    for row in llm.rows.answers.values():
        assert all(set(tag) == {"name", "score"} for tag in json.loads(row["answer"]))


def test_a_reply_that_is_no_json_is_repaired_once(llm: Llm) -> None:
    llm.endpoint.fail(Fault.says("Sure! Here are your tags: noir, rain"), times=1)
    outcome = llm.runner().run([llm.pack(*WHOLE)])
    assert outcome.n_answered == 3
    assert llm.endpoint.n_calls == 2
    repair = llm.endpoint.seen[1].asked.body["messages"]
    assert [message["role"] for message in repair] == ["system", "user", "assistant", "user"]
    assert repair[2]["content"] == "Sure! Here are your tags: noir, rain"
    assert "JSON" in repair[3]["content"]
    assert [call["error_class"] for call in llm.rows.calls] == [ErrorClass.INVALID_JSON, None]


def test_what_no_repair_mends_is_quarantined(llm: Llm) -> None:
    llm.endpoint.fail(Fault.says("no JSON"))
    outcome = llm.runner(max_attempts=2).run([llm.pack("mood")])
    assert llm.endpoint.n_calls == 2
    assert statuses(llm) == {"a:mood": "invalid_json"}
    assert outcome.quarantined == Counter({ErrorClass.INVALID_JSON: 1})


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_json_has_not_does_not_reach_the_ledger(llm: Llm, number: str) -> None:
    llm.endpoint.fail(Fault.says('{"mood":[{"name":"dark","score":' + number + "}]}"))
    llm.runner().run([llm.pack("mood")])
    answer = llm.rows.answers["a:mood"]["answer"]
    if answer is not None:
        json.loads(answer, parse_constant=lambda name: pytest.fail(f"{name} in the ledger"))
    assert statuses(llm)["a:mood"] in {"answered", "invalid_json"}


def test_a_refusal_is_quarantined_at_once(llm: Llm) -> None:
    llm.endpoint.fail(Fault.refusal())
    outcome = llm.runner().run([llm.pack(*WHOLE)])
    assert llm.endpoint.n_calls == 1
    assert set(statuses(llm).values()) == {"refusal"}
    assert outcome.quarantined == Counter({ErrorClass.REFUSAL: 3})


def test_a_bad_request_is_quarantined_and_the_next_pack_goes_on(llm: Llm) -> None:
    llm.endpoint.fail(Fault.bad_request("no such thing"), times=1)
    packs = [llm.pack("mood", item="a"), llm.pack("mood", item="b")]
    outcome = llm.runner().run(packs)
    assert statuses(llm) == {"a:mood": "bad_request", "b:mood": "answered"}
    assert outcome.n_answered == 1


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_pack_too_long_for_the_context_is_asked_in_parts(llm: Llm, concurrency: int) -> None:
    llm.endpoint.fail(Fault.context_too_long(), asks_many)
    packs = [llm.pack(*WHOLE, item=item) for item in "abcd"]
    outcome = llm.runner(concurrency).run(packs)
    assert outcome.n_answered == 12
    assert llm.endpoint.n_calls == 16


def test_a_question_too_long_for_the_context_is_quarantined(llm: Llm) -> None:
    llm.endpoint.fail(Fault.context_too_long())
    llm.runner().run([llm.pack("mood", "setting")])
    assert statuses(llm) == {"a:mood": "context_too_long", "a:setting": "context_too_long"}
    assert llm.endpoint.n_calls == 3


def test_what_failed_for_a_passing_reason_stays_open(llm: Llm) -> None:
    llm.endpoint.fail(Fault.server_error(), lambda asked: "Broken" in asked.item_text)
    broken = llm.pack("mood", "setting", item="b", text="Title: Broken\nSummary: A broken boat.")
    outcome = llm.runner(max_attempts=2).run([llm.pack("mood"), broken, llm.pack("mood", item="c")])
    assert statuses(llm) == {"a:mood": "answered", "c:mood": "answered"}
    assert outcome.pending == Counter({ErrorClass.SERVER_ERROR: 2})
    # Set aside after four refusals, asked again after all others, and left for the next build.
    refused = [call["attempt"] for call in llm.rows.calls if call["status"] == "error"]
    assert refused == list(range(1, 13))
    assert [seen.asked.title for seen in llm.endpoint.seen].index("Broken") == 1
    assert llm.endpoint.seen[5].asked.title == "Night Ferry"


def test_an_endpoint_that_stays_away_stops_the_run(llm: Llm) -> None:
    llm.endpoint.fail(Fault.server_error(), lambda asked: "Good" not in asked.title)
    bad = [llm.pack("mood", item=item) for item in "bcdefgh"]
    good = llm.pack("mood", text="Title: Good\nSummary: A good day.")
    with pytest.raises(EndpointError, match=r"test-model.*away for .*build again later"):
        llm.runner(max_outage_s=0.5).run([good, *bad])
    assert statuses(llm) == {"a:mood": "answered"}
    assert llm.endpoint.n_calls <= 12  # pauses double while it is away


def test_a_good_reply_between_failures_keeps_the_run_going(llm: Llm) -> None:
    llm.endpoint.fail(Fault.server_error(), lambda asked: "Broken" in asked.item_text)
    broken = "Title: Broken\nSummary: A broken boat."
    packs = [
        llm.pack("mood", item=f"{n}", **({} if n % 3 == 2 else {"text": broken})) for n in range(9)
    ]
    llm.first_pause_s = 0.0001
    outcome = llm.runner(max_attempts=1).run(packs)
    assert outcome.n_answered == 3
    assert outcome.pending == Counter({ErrorClass.SERVER_ERROR: 6})


@pytest.mark.parametrize(
    ("fault", "said"), [(Fault.quota(), "quota left"), (Fault.no_such_model(), "TAGSMITH_MODEL")]
)
def test_what_no_later_call_can_pass_stops_the_run_at_once(
    llm: Llm, fault: Fault, said: str
) -> None:
    llm.endpoint.fail(fault)
    with pytest.raises(EndpointError, match=said):
        llm.runner().run([llm.pack("mood", item=item) for item in "abcdef"])
    assert llm.endpoint.n_calls <= 3
    assert llm.rows.answers == {}
    assert {call["status"] for call in llm.rows.calls} == {"error"}


ODD = {
    "a key": Fault.refused(401, {"error": {"message": "Unauthorized"}}),
    "a page": Fault.page("text/html", b"<html>not found</html>", 404),
    "no route": Fault.refused(404, {"error": "no healthy upstream"}),
    "a region": Fault.refused(451, {"error": {"message": "not in your country"}}),
}


def titled(title: str) -> Any:
    return lambda asked: asked.title == title


def is_nth(n: int, of: int) -> Any:
    return lambda asked: asked.number % of == n


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("concurrency", [1, 4])
def test_one_odd_refusal_of_the_setup_does_not_stop_the_run(
    llm: Llm, odd: str, concurrency: int
) -> None:
    for n in ("3", "9"):  # the last one, too
        llm.endpoint.fail(ODD[odd], titled(n), times=1)
    packs = [llm.pack("mood", item=f"{n}", text=f"Title: {n}\nSummary: A boat.") for n in range(10)]
    assert llm.runner(concurrency).run(packs).n_answered == 10
    assert llm.endpoint.n_calls == 12


def test_refusals_of_the_setup_in_a_row_stop_the_run(llm: Llm) -> None:
    runner = llm.runner()
    runner.run([llm.pack("mood")])
    for number, fault in enumerate(ODD.values()):
        llm.endpoint.fail(fault, is_nth(number, len(ODD)))
    with pytest.raises(EndpointError):
        runner.run([llm.pack("mood", item=item) for item in "bcdefghi"])
    assert llm.endpoint.n_calls == 6
    assert len(llm.rows.answers) == 1


def test_no_more_calls_are_on_their_way_than_admission_allows(llm: Llm) -> None:
    llm.endpoint.delay_s = 0.05
    llm.runner(concurrency=3).run(llm.pack("mood", item=f"{n}") for n in range(12))
    assert llm.endpoint.most_at_once == 3
    assert len(llm.rows.answers) == 12


def test_packs_are_taken_as_they_are_needed(llm: Llm) -> None:
    taken = []

    def packs() -> Any:
        for n in range(40):
            taken.append(n)
            if len(taken) - len(llm.rows.answers) > 6:
                pytest.fail("packs are rendered far ahead of the calls")
            yield llm.pack("mood", item=f"{n}")

    assert llm.runner(concurrency=2).run(packs()).n_answered == 40


def test_a_verdict_is_one_token_with_its_probability(llm: Llm) -> None:
    llm.runner().run([llm.verdict("smuggler"), llm.verdict("space station")])
    bodies = [seen.asked.body for seen in llm.endpoint.seen]
    assert [body["max_tokens"] for body in bodies] == [1, 1]
    assert all(body["logprobs"] and "response_format" not in body for body in bodies)
    scores = {key: json.loads(row["answer"]) for key, row in llm.rows.answers.items()}
    assert scores["a:smuggler"]["score"] > 0.85
    assert scores["a:space station"]["score"] < 0.2
    assert {score["form"] for score in scores.values()} == {"logprobs"}


@pytest.mark.parametrize("says_so", [True, False])
def test_an_endpoint_without_logprobs_is_asked_for_json(llm: Llm, says_so: bool) -> None:
    fault = Fault.no_logprobs(says_so=says_so)
    llm.endpoint.fail(fault, lambda asked: "logprobs" in asked.body)
    tags = ("smuggler", "space station", "police")
    outcome = llm.runner().run([llm.verdict(tag) for tag in tags])
    assert outcome.n_answered == 3
    # One refusal that names the parameter is enough; replies without are odd until the third.
    n_asked = sum("logprobs" in seen.asked.body for seen in llm.endpoint.seen)
    assert n_asked == (1 if says_so else 3)
    answers = [json.loads(row["answer"]) for row in llm.rows.answers.values()]
    assert {answer["form"] for answer in answers} == {"json"}
    assert all(answer["reason"] and 0 <= answer["score"] <= 1 for answer in answers)
