"""One function reads any reply, and never raises."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from python_udfs.llm.classify import classify, status_of
from python_udfs.llm.failures import ErrorClass
from python_udfs.llm.json_text import complete_lists, json_of, score_of
from python_udfs.llm.keys import Secrets
from python_udfs.llm.pricing import TokenUsage
from python_udfs.llm.reading import read, words_of

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["choices", "message", "content", "logprobs", "top_logprobs", "usage", "token", "text",
             "prompt_tokens", "completion_tokens", "prompt_tokens_details", "cached_tokens",
             "error", "code", "finish_reason", "refusal", "delta", "detail", "logprob"]
        ),
        inner, max_size=4,
    ),
    max_leaves=25,
)  # fmt: skip


def reply(message: Any = None, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "finish_reason": "stop", **more.pop("choice", {})}
    usage = {"prompt_tokens": 12, "completion_tokens": 3}
    return {"id": "x", "object": "chat.completion", "choices": [choice], "usage": usage, **more}


GOOD = reply({"role": "assistant", "content": "Yes"})


@pytest.mark.parametrize("finish", ["length", "max_tokens", "MAX_TOKENS"])
def test_a_reply_that_was_cut_says_so_by_any_name(finish: str) -> None:
    body = reply({"content": "Ye"}, choice={"finish_reason": finish})
    assert read(json.dumps(body)).finish_reason == "length"


@given(json_values | st.text(max_size=60))
def test_no_reply_raises(body: Any) -> None:
    raw = body if isinstance(body, str) else json.dumps(body)
    for text in (raw, f"data: {raw}\n\ndata: [DONE]", f"\ufeff{raw}"):
        reading = read(text)
        classify(status_of(200, reading), reading.body)
        for status in (400, 401, 403, 404, 413, 422, 429, 500, 529):
            classify(status, reading.body if reading.body is not None else text)
        assert all(isinstance(word, str) for word in words_of(reading.body))


any_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.just(10**400)
    | st.text(st.characters(exclude_categories=()), max_size=4) | st.just("\ud83d"),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["token", "logprob", "top_logprobs", "content", "text", "\ud83d"])
        | st.text(max_size=3),
        inner, max_size=3,
    ),
    max_leaves=8,
)  # fmt: skip


@given(any_values, st.data())
def test_whatever_a_field_of_a_reply_holds_it_is_read(value: Any, data: st.DataObject) -> None:
    token = {"token": "Yes", "logprob": value, "top_logprobs": [{"token": "Yes", "logprob": value}]}
    body = data.draw(
        st.sampled_from(
            [
                reply(value), reply({"content": value}), reply({"content": [value]}),
                reply({"content": [{"type": "text", "text": value}]}),
                reply({"content": "Yes", "refusal": value}),
                *(
                    reply({"content": "Yes"}, choice={"logprobs": logprobs})
                    for logprobs in (
                        value, {"content": value}, {"content": [value]}, {"content": [token]},
                        {"top_logprobs": value}, {"top_logprobs": [{"Yes": value}]},
                    )
                ),
                reply({"content": "Yes"}, choice={"finish_reason": value}),
                reply({"content": "Yes"}, choice={"error": value}),
                {**GOOD, "usage": value}, {**GOOD, "usage": dict.fromkeys(GOOD["usage"], value)},
                {**GOOD, "choices": value}, {**GOOD, "choices": [value]}, {**GOOD, "error": value},
                {"choices": [{"delta": value}]}, {"choices": [{"delta": {"content": value}}]},
                value,
            ]
        )
    )  # fmt: skip
    for raw in (json.dumps(body), f"data: {json.dumps(body)}\n\ndata: {json.dumps(body)}"):
        reading = read(raw)
        for text in (reading.text, reading.finish_reason, *reading.top_logprobs):
            text.encode()
        json.dumps([reading.body, reading.error], ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(GOOD),
        "\ufeff" + json.dumps(GOOD),
        "\n\n  \n" + json.dumps(GOOD),
        json.dumps(GOOD) + "\ndata: [DONE]\n\n",
        'data: {"choices":[{"delta":{"content":"Y"}}]}\n\n'
        'data: {"choices":[{"delta":{"content":"es"},"finish_reason":"stop"}],'
        '"usage":{"prompt_tokens":12,"completion_tokens":3}}\n\ndata: [DONE]\n\n',
        json.dumps(reply({"content": [{"type": "thinking", "thinking": []},
                                      {"type": "text", "text": "Yes"}]})),
    ],
)  # fmt: skip
def test_a_text_is_read_from_every_form_of_a_reply(raw: str) -> None:
    reading = read(raw)
    assert (reading.is_completion, reading.text, reading.finish_reason) == (True, "Yes", "stop")
    assert reading.usage == TokenUsage(prompt=12, completion=3)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (None, None),
        ({}, None),
        ({"prompt_tokens": None, "completion_tokens": None}, None),
        ({"prompt_tokens": "12", "completion_tokens": "3"}, TokenUsage(12, 0, 3)),
        ({"prompt_tokens": 12, "completion_tokens": -1}, None),
        ({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, None),
        ({"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 90}, TokenUsage(12, 0, 78)),
        ({"prompt_tokens": 12, "completion_tokens": 3, "completion_tokens_details":
            {"reasoning_tokens": 40}}, TokenUsage(12, 0, 40)),
        ({"prompt_tokens": 12, "completion_tokens": 3, "prompt_tokens_details":
            {"cached_tokens": 99}}, TokenUsage(12, 0, 3)),
    ],
)  # fmt: skip
def test_tokens_are_counted_where_they_are_told(usage: Any, expected: TokenUsage | None) -> None:
    assert read(json.dumps({**GOOD, "usage": usage})).usage == expected


@pytest.mark.parametrize(
    "body",
    [
        reply(None), {"choices": None}, {"choices": []}, {"choices": [None]}, [], 7, "text", None,
        {"error": {"message": "upstream", "code": 502}},
    ],
)  # fmt: skip
def test_what_is_no_completion_is_told_apart(body: Any) -> None:
    assert not read(json.dumps(body)).is_completion


def test_the_older_form_of_log_probabilities_is_read_too() -> None:
    old = {"tokens": ["Yes"], "top_logprobs": [{"Yes": -0.2, "No": -1.8}]}
    reading = read(json.dumps(reply({"content": "Yes"}, choice={"logprobs": old})))
    assert reading.top_logprobs == {"Yes": -0.2, "No": -1.8}


def top_of(*pairs: tuple[str, Any]) -> dict[str, float]:
    listed = [{"token": token, "logprob": share} for token, share in pairs]
    logprobs = {"content": [{"token": "Yes", "top_logprobs": listed}]}
    return read(json.dumps(reply({"content": "Yes"}, choice={"logprobs": logprobs}))).top_logprobs


@pytest.mark.parametrize(
    "pairs",
    [
        [("Yes", 0.0), ("No", 0.0), ("Maybe", 0.0)],
        [("Yes", 5000.0), ("No", -1.0)],
        [("Yes", 10**400)],
        [("Yes", "-0.1")],
        [("Yes", 0.0)],
    ],
)
def test_numbers_that_are_no_probabilities_are_none(pairs: list[tuple[str, Any]]) -> None:
    assert top_of(*pairs) == {}


def test_of_a_token_listed_twice_the_larger_counts() -> None:
    listed = [("Yes", -0.4), ("Yes", -5.0), ("No", -1.8)]
    assert top_of(*listed) == top_of(*listed[::-1]) == {"Yes": -0.4, "No": -1.8}


def test_pieces_of_a_stream_end_at_newlines_only() -> None:
    pieces = [{"choices": [{"delta": {"content": text}}]} for text in ("ra\u2028", "\x85in")]
    raw = "\r\n\r\n".join(f"data: {json.dumps(piece, ensure_ascii=False)}" for piece in pieces)
    assert read(raw).text == "ra\u2028\x85in"


def test_halves_of_a_character_are_joined_or_replaced() -> None:
    assert read(json.dumps(reply({"content": "a \ud83d b"}))).text == "a \ufffd b"
    pieces = [{"choices": [{"delta": {"content": text}}]} for text in ("\ud83d", "\ude00")]
    assert read("\n\n".join(f"data: {json.dumps(piece)}" for piece in pieces)).text == "\U0001f600"


BILLING = "Rate limit of 3 per min. Try again in 20s. See https://example/account/billing"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (429, {"error": {"message": BILLING, "code": "rate_limit_exceeded"}},
         ErrorClass.RATE_LIMIT),
        (429, [{"error": {"message": "You exceeded your current quota, see billing. Retry in 1.2s",
                          "details": [{"retryDelay": "1s"}]}}], ErrorClass.RATE_LIMIT),
        (429, {"error": {"message": "You exceeded your current quota, check billing",
                         "code": "insufficient_quota"}}, ErrorClass.QUOTA),
        (402, {"error": {"message": "Insufficient credits"}}, ErrorClass.QUOTA),
        (403, {"error": {"message": "Your input was flagged by moderation"}}, ErrorClass.REFUSAL),
        (403, {"error": {"message": "Country not supported"}}, ErrorClass.REGION),
        (403, "<html>Access denied</html>", ErrorClass.BLOCKED),
        (404, "404 page not found", ErrorClass.UNKNOWN_ADDRESS),
        (404, {"error": {"message": "No endpoint takes images"}}, ErrorClass.NO_IMAGES),
        (400, {"error": {"message": "Content Exists Risk"}}, ErrorClass.REFUSAL),
        (400, {"error": {"message": "x", "code": "data_inspection_failed"}}, ErrorClass.REFUSAL),
        (400, {"error": "there is no model 'm' here; pull it"}, ErrorClass.UNKNOWN_MODEL),
        (413, {"error": {"message": "Request too large: tokens per minute (TPM) 6000"}},
         ErrorClass.CONTEXT_TOO_LONG),
        (401, {"detail": "Unauthorized"}, ErrorClass.AUTHENTICATION),
        (529, {"error": {"message": "Overloaded"}}, ErrorClass.SERVER_ERROR),
    ],
)  # fmt: skip
def test_refusals_are_told_apart_by_code_then_status_then_words(
    status: int, body: Any, expected: ErrorClass
) -> None:
    assert classify(status, body) is expected


def test_a_403_once_the_key_has_worked_is_about_the_request() -> None:
    body = {"error": {"message": "Forbidden"}}
    assert classify(403, body) is ErrorClass.AUTHENTICATION
    assert classify(403, body, is_proven=True) is ErrorClass.BLOCKED


@pytest.mark.parametrize(
    ("written", "score"),
    [(0.9, 0.9), ("0.9", 0.9), ("90 %", 0.9), ("9 of 10", 0.9), ("9/10", 0.9), (".5", 0.5),
     ("high", None), (True, None), (None, None), ("-1", None), ("9/0", None), ("11/10", None)],
)  # fmt: skip
def test_a_score_is_read_by_one_rule(written: Any, score: float | None) -> None:
    assert score_of(written) == (score if score is None else pytest.approx(score))


@given(st.dictionaries(st.text('ab]}{["\\', min_size=1), st.lists(st.text(max_size=3)), max_size=3))
def test_a_cut_object_gives_only_whole_lists(value: dict[str, list[str]]) -> None:
    text = json.dumps(value)
    for end in range(len(text) + 1):
        found = json_of(complete_lists(text[:end]))
        assert all(value[key] == part for key, part in found.items())


def test_only_what_may_be_a_key_is_cut_out_of_words() -> None:
    said = Secrets(["x", "none", "plain0123456789key"]).said(
        "Unsupported parameter: 'max_tokens'; none of sk-abc123 or plain0123456789key"
    )
    assert said == "Unsupported parameter: 'max_tokens'; none of [cut] or [cut]"


def test_a_key_is_cut_out_in_every_form_in_which_it_is_written() -> None:
    key = 'a/long"key\\of{some}kind'
    secrets = Secrets([key])
    in_json = json.dumps(key)[1:-1]
    for form in (key, in_json, in_json.replace("/", "\\/"), quote(key, "")):
        assert secrets.cut(f"echo: {form}!") == "echo: [cut]!"
        assert form not in secrets.said(f"echo: {form}!")
