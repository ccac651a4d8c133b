"""What endpoints refuse is learnt from their words, kept, and not asked again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from python_udfs.errors import EndpointError
from python_udfs.llm.failures import ErrorClass
from tests.python.answers import Asked
from tests.python.faults import Fault
from tests.python.llm.conftest import Llm

When = Callable[[dict[str, Any]], bool]


def has(name: str) -> When:
    return lambda body: name in body


def schema_text(body: dict[str, Any]) -> str:
    return json.dumps(body.get("response_format") or {})


def has_system(body: dict[str, Any]) -> bool:
    return any(message["role"] == "system" for message in body["messages"])


def error(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


# name: the status, the refusal in the endpoint's own JSON shape, what it refuses, what is learnt.
REFUSALS: dict[str, tuple[int, Any, When, dict[str, str]]] = {
    "a new name of max_tokens": (
        400, error("'max_tokens' is not supported here; use 'max_completion_tokens' instead.",
                   param="max_tokens"),
        has("max_tokens"), {"max_tokens": "max_completion_tokens"},
    ),
    "no temperature": (
        400, error("'temperature' takes only its default here.", code="unsupported_value"),
        has("temperature"), {"temperature": "none"},
    ),
    "no seed, in a list": (
        400, [{"error": {"code": 400, "message": 'Unknown name "seed"', "status": "INVALID"}}],
        has("seed"), {"seed": "none"},
    ),
    "no seed, in detail": (
        422, {"detail": [{"loc": ["body", "seed"], "msg": "extra fields not permitted"}]},
        has("seed"), {"seed": "none"},
    ),
    "no schema, as a string": (
        400, {"error": "'response_format.type' must be 'json_object' or 'text'"},
        lambda body: "json_schema" in schema_text(body),
        {"response_format:text": "json_object"},
    ),
    "no maxItems": (
        400, error("output schema: maxItems is not permitted"),
        lambda body: "maxItems" in schema_text(body),
        {"response_format:text": "plain_schema"},
    ),
    "no maxItems, without words": (
        400, [{"error": {"code": 400, "message": "Request contains an invalid argument."}}],
        lambda body: "maxItems" in schema_text(body),
        {"response_format:text": "plain_schema"},
    ),
    "a grammar that cannot be made, with status 500": (
        500, error("failed to build a grammar"), has("response_format"),
        {"response_format:text": "none"},
    ),
    "no system role": (
        400, error("the role 'system' is not allowed", param="messages[0].role"),
        has_system, {"system": "user"},
    ),
    "more room": (
        400, error("Could not finish: the model output limit was reached."),
        lambda body: body.get("max_tokens", 0) < 1000, {"room": "64"},
    ),
}  # fmt: skip


def refuse(llm: Llm, name: str) -> dict[str, str]:
    status, said, refuses, learnt = REFUSALS[name]
    llm.endpoint.fail(Fault.refused(status, said), lambda asked: refuses(asked.body))
    return learnt


@pytest.mark.parametrize("name", REFUSALS)
def test_what_a_refusal_names_is_left_out_or_renamed_and_kept(llm: Llm, name: str) -> None:
    learnt = refuse(llm, name)
    kept: list[tuple[str, str, str]] = []
    llm.dialect._keep = lambda *what: kept.append(what)
    packs = [llm.pack("mood", "setting", item=item) for item in "abcdef"]
    outcome = llm.runner(4).run(packs)
    assert (outcome.n_answered, outcome.quarantined.total()) == (12, 0)
    assert llm.dialect.forms().items() >= learnt.items()
    assert {feature: form for feature, form, _ in kept}.items() >= learnt.items()
    assert all(said for _, _, said in kept)
    refused = [row for row in llm.rows.calls if row["status"] == "error"]
    assert 1 <= len(refused) <= 3  # of the first call alone
    assert all(row["cost_usd"] == 0 and row["error_message"] for row in refused)
    # A second build with the same ledger asks rightly at once.
    n_calls = llm.endpoint.n_calls
    llm.runner().run([llm.pack("mood", item="z")])
    assert llm.endpoint.n_calls == n_calls + 1


def test_several_refusals_of_a_reasoning_model_are_learnt_one_after_the_other(llm: Llm) -> None:
    for name in ("a new name of max_tokens", "no temperature", "no seed, in a list"):
        refuse(llm, name)
    llm.endpoint.fail(
        Fault.refused(403, error("you may not ask for logprobs of this model")),
        lambda asked: "logprobs" in asked.body,
    )
    outcome = llm.runner(4).run([llm.verdict(tag) for tag in ("smuggler", "boat", "storm")])
    assert outcome.n_answered == 3
    assert llm.endpoint.n_calls == 3 + 4
    body = llm.endpoint.seen[-1].asked.body
    assert {"max_completion_tokens", "response_format"} <= set(body)
    assert not {"max_tokens", "temperature", "seed", "logprobs", "top_logprobs"} & set(body)


def test_fewer_alternatives_are_asked_where_fewer_are_given(llm: Llm) -> None:
    llm.endpoint.fail(
        Fault.refused(400, error("top_logprobs must be at most 5")),
        lambda asked: asked.body.get("top_logprobs", 0) > 5,
    )
    llm.runner().run([llm.verdict("smuggler"), llm.verdict("boat")])
    assert [seen.asked.body["top_logprobs"] for seen in llm.endpoint.seen] == [20, 5, 5]
    assert {json.loads(row["answer"])["form"] for row in llm.rows.answers.values()} == {"logprobs"}


@pytest.mark.parametrize(
    ("said", "least"),
    [
        (error("Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, "
               "but got 1 instead."), 16),
        (error("max_tokens must be at least 2, got 1"), 2),
        ({"detail": [{"loc": ["body", "max_tokens"],
                      "msg": "Input should be greater than or equal to 4"}]}, 4),
    ],
)  # fmt: skip
def test_a_verdict_gets_as_many_tokens_as_the_endpoint_wants_at_least(
    llm: Llm, said: Any, least: int
) -> None:
    llm.endpoint.fail(
        Fault.refused(400, said), lambda asked: asked.body.get("max_tokens", 0) < least
    )
    llm.runner().run([llm.verdict("smuggler"), llm.verdict("boat"), llm.pack("mood")])
    asked = [seen.asked.body["max_tokens"] for seen in llm.endpoint.seen]
    assert asked[:3] == [1, least, least]
    assert asked[3] > least, "longer replies keep their length"
    assert json.loads(llm.rows.answers["a:smuggler"]["answer"])["form"] == "logprobs"


def test_a_wrong_key_with_status_400_costs_one_call(llm: Llm) -> None:
    said = {"code": 400, "message": "API key not valid. Please pass a valid API key.",
            "status": "INVALID_ARGUMENT", "details": [{"reason": "API_KEY_INVALID"}]}  # fmt: skip
    llm.endpoint.fail(Fault.refused(400, [{"error": said}]))
    with pytest.raises(EndpointError, match=r"authentication.*OPENAI_API_KEY"):
        llm.runner().run([llm.pack("mood", item=f"{n}") for n in range(9)])
    assert llm.endpoint.n_calls == 1


def test_one_odd_refusal_teaches_nothing(llm: Llm) -> None:
    """The call that was refused fails in another way too: nothing is adopted."""
    llm.endpoint.fail(Fault.refused(400, error("'seed' is odd")), times=1)
    llm.endpoint.fail(Fault.server_error(), times=1)
    llm.runner().run([llm.pack("mood"), llm.pack("mood", item="b")])
    assert llm.dialect.forms() == {}
    assert len(llm.rows.answers) == 2


@pytest.mark.parametrize(
    "said",
    [
        "temperature reading of GPU 3 too high",
        "internal system fault, request dropped",
        "Our system rejected it",
        "cannot parse messages: '... the seed of doubt ...'",
        "cannot parse messages: '... in a grammar school, the scammer's schema ...'",
        "dropped by the schema registry of shard 3",
    ],
)
def test_a_word_that_names_no_parameter_teaches_nothing(llm: Llm, said: str) -> None:
    llm.endpoint.fail(Fault.refused(400, error(said)), times=1)
    llm.runner().run([llm.pack("mood", item=item) for item in "abc"])
    assert llm.dialect.forms() == {}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (error("Unsupported parameter: temperature"), "temperature"),
        (error("temperature is not supported"), "temperature"),
        (error("Unrecognized request argument supplied: seed"), "seed"),
        (error("seed: Extra inputs are not permitted"), "seed"),
        ({"detail": "Extra inputs are not permitted: seed"}, "seed"),
        (error("Not taken", param="temperature"), "temperature"),
    ],
)
def test_a_parameter_is_known_by_the_usual_phrases(llm: Llm, said: Any, name: str) -> None:
    llm.endpoint.fail(Fault.refused(400, said), lambda asked: name in asked.body)
    llm.runner().run([llm.pack("mood"), llm.pack("mood", item="b")])
    assert llm.dialect.forms() == {name: "none"}
    assert llm.endpoint.n_calls == 3


@pytest.mark.parametrize(
    "said",
    [
        "Grammar error: Unknown format: uri",
        "failed to parse grammar",
        "The provided JSON schema contains features not supported by xgrammar.",
        "Invalid schema for this model",
        "The specified schema produces a constraint that has too many states",
        "'schema' is not taken",
    ],
)
def test_a_schema_is_known_by_the_usual_phrases(llm: Llm, said: str) -> None:
    llm.endpoint.fail(
        Fault.refused(400, error(said)), lambda asked: "maxItems" in schema_text(asked.body)
    )
    assert llm.runner().run([llm.pack("mood")]).n_answered == 1
    assert llm.dialect.forms().keys() == {"response_format:text"}


@pytest.mark.parametrize(("times", "learnt"), [(1, {}), (2, {}), (None, {"seed": "none"})])
def test_what_was_taken_before_is_left_out_after_several_equal_refusals(
    llm: Llm, times: int | None, learnt: dict[str, str]
) -> None:
    runner = llm.runner()
    runner.run([llm.pack("mood")])
    said = Fault.refused(400, error("Unsupported parameter: 'seed'"))
    llm.endpoint.fail(said, lambda asked: "seed" in asked.body, times=times)
    runner.run([llm.pack("mood", item=item) for item in "bcd"])
    assert llm.dialect.forms() == learnt
    assert {row["status"] for row in llm.rows.answers.values()} == {"answered"}


def is_verdict(asked: Asked) -> bool:
    return asked.kind == "verdict"


@pytest.mark.parametrize(
    "fault",
    [
        Fault.no_logprobs(says_so=False),
        Fault.no_logprobs(says_so=True),
        Fault.says(""),
        Fault.refused(200, {"error": {"message": "upstream failed", "code": 502}}),
        Fault.page("text/html", b"<html>busy</html>"),
    ],
)
def test_one_odd_reply_changes_no_form_of_verdicts(llm: Llm, fault: Fault) -> None:
    seen = []

    def every_fifth(asked: Asked) -> bool:
        seen.append(asked)
        return len(seen) % 5 == 0

    llm.endpoint.fail(fault, every_fifth)
    outcome = llm.runner(4).run(llm.verdict(f"tag {n}") for n in range(40))
    assert outcome.n_answered == 40
    assert {json.loads(row["answer"])["form"] for row in llm.rows.answers.values()} == {"logprobs"}


def thought(text: str) -> str:
    return f"<think>\nA film {{so}} it seems.\n</think>\n\n{text}"


def test_a_model_that_thinks_first_is_asked_for_json(llm: Llm) -> None:
    llm.endpoint.fail(
        Fault("thinks", text=thought, without_logprobs=True),
        lambda asked: "logprobs" not in asked.body,
    )
    llm.endpoint.fail(Fault("thinks", text=lambda _: "<think>", top=("<think>", "Okay")))
    outcome = llm.runner().run([llm.verdict(tag) for tag in ("smuggler", "boat", "storm")])
    assert outcome.n_answered == 3
    assert {json.loads(row["answer"])["form"] for row in llm.rows.answers.values()} == {"json"}
    assert llm.dialect.verdict_form("strict") == "json"


def test_thoughts_that_use_all_tokens_get_more_room(llm: Llm) -> None:
    llm.endpoint.fail(
        Fault("thinks", text=lambda _: "<think>\nA film", finish="length"),
        lambda asked: asked.body["max_tokens"] < 900,
    )
    outcome = llm.runner(2).run([llm.pack("mood", item=item) for item in "abcd"])
    assert outcome.n_answered == 4
    assert llm.dialect.forms()["room"] in ("8", "64")
    assert llm.endpoint.n_calls <= 4 + 2


@pytest.mark.parametrize(("times", "learnt"), [(2, {}), (None, {"room": "8"})])
def test_thoughts_that_use_all_tokens_where_others_do_not_are_odd_until_the_third(
    llm: Llm, times: int | None, learnt: dict[str, str]
) -> None:
    runner = llm.runner()
    runner.run([llm.pack("mood")])
    llm.endpoint.fail(
        Fault("thinks", text=lambda _: "<think>", finish="length"),
        lambda asked: asked.body["max_tokens"] < 300,
        times=times,
    )
    assert runner.run([llm.pack("mood", item=item) for item in "bcd"]).n_answered == 4
    assert llm.dialect.forms() == learnt


def test_parameters_of_the_settings_go_with_each_call_of_their_role(llm: Llm) -> None:
    more = {"all": {"reasoning_effort": "low"}, "strict": {"enable_thinking": False}}
    llm.runner(request_parameters=more).run([llm.verdict("boat"), llm.pack("mood")])
    sent = {seen.asked.kind: seen.asked.body for seen in llm.endpoint.seen}
    assert sent["verdict"]["enable_thinking"] is False
    assert {body["reasoning_effort"] for body in sent.values()} == {"low"}
    assert "enable_thinking" not in sent["generation"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([{"error": {"code": 400, "message": "in a list"}}], "in a list"),
        ({"error": "as a string"}, "as a string"),
        ({"detail": "in detail"}, "in detail"),
        ({"object": "error", "message": {"detail": [{"msg": "deep inside"}]}}, "deep inside"),
        ({"message": "without an error"}, "without an error"),
    ],
)
def test_what_an_endpoint_says_in_any_shape_is_kept_and_told(
    llm: Llm, said: Any, found: str
) -> None:
    llm.endpoint.fail(Fault.refused(400, said))
    with pytest.raises(Exception, match=re.escape(found)):
        llm.runner().run([llm.pack("mood", item=f"{n}") for n in range(9)])
    assert all(found in row["error_message"] for row in llm.rows.calls)
    assert all(json.loads(row["raw_reply"]) == said for row in llm.rows.calls)
    assert {row["error_class"] for row in llm.rows.calls} == {ErrorClass.BAD_REQUEST}
