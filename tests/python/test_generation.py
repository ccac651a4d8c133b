"""Generation: packs of paths from SQL, replies into the ledger, one row per question."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from python_udfs.errors import BudgetError, SettingError
from python_udfs.generation import answer_generation, parse_generation
from python_udfs.llm.calls import Reply
from python_udfs.llm.failures import ErrorClass
from python_udfs.llm.run_state import forget_runs
from python_udfs.settings import Environment
from tests.python.conftest import MakeSettings
from tests.python.endpoint import MODEL, Endpoint
from tests.python.faults import Fault

KEYS = {"mood": "k-mood", "setting": "k-setting"}
MOODS = [{"name": "dark", "score": 0.9}, {"name": "tense", "score": 0.95}]
GOOD = json.dumps({"mood": MOODS, "setting": [{"name": "sea", "score": 1}]})

Answer = Callable[..., list[tuple[Any, ...]]]


def reply(text: str, finish_reason: str = "stop") -> Reply:
    return Reply(text, finish_reason)


def tags(answers: dict[str, str]) -> dict[str, Any]:
    return {key: json.loads(value) for key, value in answers.items()}


@pytest.mark.parametrize("text", [GOOD, f"```json\n{GOOD}\n```", f"```\n{GOOD}```", f"  {GOOD}\n"])
def test_a_reply_gives_the_list_of_each_category(text: str) -> None:
    parsed = parse_generation(KEYS, reply(text))
    assert parsed.error_class is None
    assert tags(parsed.answers) == {"k-mood": MOODS, "k-setting": [{"name": "sea", "score": 1}]}


def test_an_empty_list_is_an_answer() -> None:
    parsed = parse_generation(KEYS, reply('{"mood":[],"setting":[]}'))
    assert parsed.error_class is None
    assert tags(parsed.answers) == {"k-mood": [], "k-setting": []}


def test_odd_tags_are_kept_for_the_rejected_table_and_other_text_as_it_is() -> None:
    odd = [
        {"name": "dark"},
        "tense",
        {"name": "\u00e9t\u00e9 \ud55c\uad6d", "score": "high"},
        7,
        None,
    ]
    parsed = parse_generation({"mood": "k"}, reply(json.dumps({"mood": odd, "more": []})))
    assert tags(parsed.answers) == {"k": odd}
    assert "\ud55c\uad6d" in parsed.answers["k"]


@pytest.mark.parametrize(
    ("text", "error_class"),
    [
        ("", ErrorClass.INVALID_JSON),
        ("I cannot", ErrorClass.INVALID_JSON),
        ('{"mood": [', ErrorClass.INVALID_JSON),
        ('{"mood":[{"name":"a","score":NaN}]}', ErrorClass.INVALID_JSON),
        ('{"mood":[{"name":"a","score":1e999}]}', ErrorClass.INVALID_JSON),
        ("[]", ErrorClass.SCHEMA_VIOLATION),
        ("{}", ErrorClass.SCHEMA_VIOLATION),
        ('{"mood": "dark", "setting": {}}', ErrorClass.SCHEMA_VIOLATION),
    ],
)
def test_what_holds_no_list_gives_no_answer(text: str, error_class: ErrorClass) -> None:
    parsed = parse_generation(KEYS, reply(text))
    assert parsed.answers == {}
    assert parsed.error_class is error_class


def test_a_missing_category_is_named_and_the_other_kept() -> None:
    parsed = parse_generation(KEYS, reply(json.dumps({"mood": MOODS})))
    assert list(parsed.answers) == ["k-mood"]
    assert parsed.error_class is ErrorClass.SCHEMA_VIOLATION
    assert parsed.detail == "no list for setting"


@given(st.integers(min_value=0, max_value=len(GOOD)))
def test_a_list_that_was_cut_is_missing_and_never_short(n: int) -> None:
    parsed = parse_generation(KEYS, reply(GOOD[:n], "length"))
    found = tags(parsed.answers)
    assert found.get("k-mood", MOODS) == MOODS
    assert found.get("k-setting", [{"name": "sea", "score": 1}]) == [{"name": "sea", "score": 1}]
    assert ("k-mood" in found) == (n > GOOD.index("]"))
    if set(found) < {"k-mood", "k-setting"}:
        assert parsed.error_class is ErrorClass.TRUNCATION
    if n >= len(GOOD) - 1:
        assert set(found) == {"k-mood", "k-setting"}


@pytest.mark.parametrize(
    "around",
    [
        "Here are the tags:\n\n```json\n{}\n```\n\nLet me know if you need {{more}}!",
        "```JSON\n{}\n```",
        "<think>\nThe user wants {{tags}}.\n</think>\n\n{}",
        "Sure: {}",
        'A draft {{"mood": ["draft 3"]}}, that is it.\n</think>\n\n{}',
        "<|channel|>analysis<|message|>A {{x: 1}}<|end|><|start|>assistant"
        "<|channel|>final<|message|>{}",
        "<|channel|>final <|constrain|>json<|message|>{}<|return|>",
        'As in {{"mood": ["draft 3"]}} and {{so on}}: {}',
        "[{}]",
        "```json\n[{}]\n```",
    ],
)
def test_json_is_taken_from_where_it_is(around: str) -> None:
    for text in (GOOD, GOOD.replace("]", ",]")):
        parsed = parse_generation(KEYS, reply(around.format(text)))
        assert parsed.error_class is None
        assert tags(parsed.answers)["k-mood"] == MOODS


DRAFT = '{"mood": ["draft 3"], "setting": ["draft 3"]}'


@pytest.mark.parametrize(
    ("text", "finish", "found"),
    [
        (f"Let me draft: {DRAFT} but better would be, considering", "length", set()),
        (f"A draft: {DRAFT} Now: {GOOD[: GOOD.index(']') + 9]}", "length", {"k-mood"}),
        (f"A draft: {DRAFT} Now: {GOOD}", "length", set(KEYS.values())),
        (f"```json\n[{GOOD}]\n```\n", "length", set(KEYS.values())),
        (f"A draft: {DRAFT} Now: {{'mood': ['dark 9']}}", "stop", set()),
        (f'A draft: {DRAFT} Now: {{"mood": ["dark 9"', "stop", set()),
    ],
)
def test_a_draft_is_never_the_answer(text: str, finish: str, found: set[str]) -> None:
    parsed = parse_generation(KEYS, reply(text, finish))
    assert set(parsed.answers) == found
    assert "draft" not in str(parsed.answers)
    assert (parsed.error_class is None) == (found == set(KEYS.values()))


def test_a_category_with_two_different_lists_is_missing() -> None:
    parsed = parse_generation(KEYS, reply('{"mood": ["a 9"], "setting": ["b 8"], "mood": ["c 1"]}'))
    assert list(parsed.answers) == ["k-setting"]
    assert parsed.error_class is ErrorClass.SCHEMA_VIOLATION
    same = parse_generation(KEYS, reply('{"mood": ["a 9"], "setting": ["b 8"], "mood": ["a 9"]}'))
    assert same.error_class is None


def test_half_of_a_character_in_a_tag_is_replaced() -> None:
    parsed = parse_generation({"mood": "k"}, reply('{"mood": ["a \\ud83d 9"]}'))
    parsed.answers["k"].encode()
    assert tags(parsed.answers)["k"][0]["name"] == "a \ufffd"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["0.90", "0.8"], [0.9, 0.8]),
        (["90 %", "80%"], [0.9, 0.8]),
        (["9 of 10", "8/10"], [0.9, 0.8]),
        ([90, 80], [0.9, 0.8]),
        ([9, 8], [0.9, 0.8]),
        ([1, 0], [1, 0]),
        ([0.9, 7], [0.9, 7]),  # two scales in one reply: the second is rejected later
        (["high", 0.8], ["high", 0.8]),
    ],
)
def test_scores_in_other_forms_are_read_by_one_rule(
    written: list[Any], expected: list[Any]
) -> None:
    text = json.dumps({"mood": [{"name": f"tag {n}", "score": s} for n, s in enumerate(written)]})
    (found,) = tags(parse_generation({"mood": "k"}, reply(text)).answers).values()
    assert [tag["score"] for tag in found] == pytest.approx(expected) or (
        [tag["score"] for tag in found] == expected
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["dark 9", "blade runner 2049 10"], [("dark", 0.9), ("blade runner 2049", 1)]),
        (["dark: 9", "tense (8)", "sad = 7.5"], [("dark", 0.9), ("tense", 0.8), ("sad", 0.75)]),
        (["dark 0.9", "tense 1"], [("dark", 0.9), ("tense", 1)]),
        (["dark 90%", "tense 8 of 10"], [("dark", 0.9), ("tense", 0.8)]),
        (["dark 90", "tense 8"], [("dark", 0.9), ("tense", 0.08)]),
        (["dark 1", "tense 0"], [("dark", 0.1), ("tense", 0)]),
        (["\uc5b4\ub450\uc6b4 9"], [("\uc5b4\ub450\uc6b4", 0.9)]),
    ],
)
def test_a_text_of_name_and_score_is_a_tag(
    written: list[str], expected: list[tuple[str, float]]
) -> None:
    parsed = parse_generation({"mood": "k"}, reply(json.dumps({"mood": written})))
    found = [(tag["name"], tag["score"]) for tag in tags(parsed.answers)["k"]]
    assert found == [(name, pytest.approx(score)) for name, score in expected]


def test_texts_and_objects_of_a_reply_have_scales_of_their_own() -> None:
    parsed = parse_generation(KEYS, reply(json.dumps({"mood": MOODS, "setting": ["sea 10"]})))
    assert tags(parsed.answers) == {"k-mood": MOODS, "k-setting": [{"name": "sea", "score": 1}]}


@pytest.mark.parametrize("written", [["dark", "world war 2"], ["dark 9 nights", "sad"], ["9", "8"]])
def test_texts_that_mostly_lack_a_score_are_no_tags(written: list[str]) -> None:
    parsed = parse_generation({"mood": "k"}, reply(json.dumps({"mood": written})))
    assert (parsed.answers, parsed.error_class) == ({}, ErrorClass.SCHEMA_VIOLATION)


@pytest.mark.parametrize(
    "shaped",
    [
        {"Mood": MOODS},
        {"tags": {"mood": MOODS}},
        {"mood": [{"tag": tag["name"], "confidence": tag["score"]} for tag in MOODS]},
    ],
)
def test_other_keys_and_wrappings_are_set_right(shaped: Any) -> None:
    parsed = parse_generation({"mood": "k"}, reply(json.dumps(shaped)))
    assert tags(parsed.answers) == {"k": MOODS}


def test_names_without_scores_are_asked_again() -> None:
    parsed = parse_generation({"mood": "k"}, reply('{"mood": ["dark", "tense"]}'))
    assert (parsed.answers, parsed.error_class) == ({}, ErrorClass.SCHEMA_VIOLATION)


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    for finish_reason in ("stop", "length"):
        parsed = parse_generation(KEYS, reply(text, finish_reason))
        assert parsed.answers == {}
        assert parsed.error_class is not None


# --- from SQL to the ledger and back

PATHS = [
    ("text:overall", "overall", "Sum up.", 3, None),
    ("text:mood", "mood", "Moods.", 2, json.dumps([{"input": "x", "output": MOODS}])),
    ("text:setting", "setting", "Places.", 2, None),
    ("image:mood", "mood", "Moods of the poster.", 2, None),
]


@pytest.fixture
def answer(
    ledger: duckdb.DuckDBPyConnection, make_settings: MakeSettings, environment: Environment
) -> Answer:
    """Asks all paths of the items given as (item_id, text, description, poster path).

    `found` gives passages by path.
    """

    def run(
        *items: tuple[str, str, str | None, str | None],
        found: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> list[Any]:
        ledger.execute("create or replace table found (path varchar, passages varchar)")
        if found:
            ledger.executemany("insert into found values (?, ?)", list(found.items()))
        columns = ("item_id", "item_text", "description", "path")
        typed = ", ".join(f"{name} varchar" for name in columns)
        ledger.execute(f"create or replace table items ({typed})")
        ledger.executemany("insert into items values (?, ?, ?, ?)", items)
        ledger.execute("create or replace table paths (path varchar, n integer)")
        ledger.executemany(
            "insert into paths values (?, ?)", [(p[0], i) for i, p in enumerate(PATHS)]
        )
        questions = """
            select items.item_id || '|' || md5(item_text) || '|' || paths.path as question_key,
                paths.path, lpad(paths.n::varchar, 2, '0') as level, items.item_id,
                split_part(paths.path, ':', 1) as role, 0 as sample_index, items.item_text,
                split_part(items.item_text, chr(10) || 'Synopsis: ', 1) as opening, found.passages,
                case when role = 'text' then 'text'
                    when items.path is null then 'description' else 'image' end as input_form,
                case when role = 'image' then coalesce(items.path, items.description) end
                    as input_content
            from main.items cross join main.paths
            left join main.found on paths.path = found.path
            where role = 'text' or coalesce(items.description, items.path) is not null
        """
        settings = make_settings(**changes)
        answered = answer_generation(ledger, settings, environment, "run-1", questions, PATHS)
        return answered.fetchall()

    return run


A = ("a", "Title: Night Ferry\nSummary: A lighthouse keeper.", None, None)
B = ("b", "Title: Snow\nSummary: A bear finds a letter.", "colours red 80%, black 20%; dark", None)


def test_every_question_has_a_row_and_is_asked_once(
    answer: Answer, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    rows = answer(A, B)
    assert {(row[1], row[2]) for row in rows} == {
        ("a", "text:overall"), ("a", "text:mood"), ("a", "text:setting"),
        ("b", "text:overall"), ("b", "text:mood"), ("b", "text:setting"), ("b", "image:mood"),
    }  # fmt: skip
    assert {row[4] for row in rows} == {"answered"}
    assert all(len(json.loads(row[6])) >= 1 for row in rows)
    assert endpoint.n_calls == 3
    assert sorted(answer(A, B)) == sorted(rows)
    assert endpoint.n_calls == 3
    counts = ledger.execute(
        "select count(*), count(distinct question_key) from ledger.llm_answers"
    ).fetchall()
    assert counts == [(7, 7)]
    assert ledger.execute(
        "select role, count(*) from ledger.llm_calls where status = 'ok' group by 1 order by 1"
    ).fetchall() == [("image", 1), ("text", 2)]


def test_a_changed_text_asks_that_item_alone(answer: Answer, endpoint: Endpoint) -> None:
    answer(A, B)
    before = endpoint.n_calls
    rows = answer((A[0], f"{A[1]} He hides a smuggler.", None, None), B)
    assert {row[4] for row in rows} == {"answered"}
    assert [seen.asked.title for seen in endpoint.seen[before:]] == ["Night Ferry"]


def test_packs_hold_so_many_questions_and_room_for_them(answer: Answer, endpoint: Endpoint) -> None:
    answer(A, text_pack_size=2, text_output_tokens=200)
    sizes = [(len(s.asked.categories), s.asked.body["max_tokens"]) for s in endpoint.seen]
    assert sorted(sizes) == [(1, 146), (2, 200)]


def test_what_was_found_goes_with_the_text_of_the_paths_that_asked_for_it(
    answer: Answer, endpoint: Endpoint
) -> None:
    review = {"source": "Critic", "item_id": "a", "text": "Filmed at <item>Busan</item> harbour"}
    rows = answer(A, found={"text:setting": json.dumps([review])})
    assert {row[4] for row in rows} == {"answered"}
    sent = {
        tuple(seen.asked.categories): seen.asked.body["messages"][1]["content"]
        for seen in endpoint.seen
    }
    assert set(sent) == {("overall", "mood"), ("setting",)}
    assert "Found by search:" not in sent["overall", "mood"]
    # Inside the markers of the item, and without a marker of its own: it is data.
    item = sent["setting",].split("<item>")[1].split("</item>")[0]
    assert item == f"\n{A[1]}\nFound by search:\nCritic: Filmed at  Busan  harbour\n"


def test_all_questions_of_a_pack_share_one_prompt_head(answer: Answer, endpoint: Endpoint) -> None:
    answer(A, B)
    heads = {
        seen.asked.body["messages"][0]["content"]
        for seen in endpoint.seen
        if len(seen.asked.categories) == 3
    }
    assert len(heads) == 1


def test_a_measured_description_goes_as_text_and_a_poster_as_image(
    answer: Answer, endpoint: Endpoint, tmp_path: Path
) -> None:
    poster = tmp_path / "poster.png"
    Image.new("RGB", (40, 60), (40, 90, 190)).save(poster)
    rows = answer(B, ("c", "Title: Sea", None, str(poster)))
    by_item = {row[1]: json.loads(row[6]) for row in rows if row[2] == "image:mood"}
    assert by_item["b"][0]["name"] == "red tones"
    assert by_item["c"][0]["name"] == "blue tones"


def test_a_description_goes_with_the_opening_of_a_text(answer: Answer, endpoint: Endpoint) -> None:
    opening, review = "Title: Sea\nSummary: A bear.", {"source": "Critic", "text": "Bleak."}
    text = f"{opening}\nSynopsis: It swims."
    answer(
        ("a", text, "colours red 80%", None),
        found={"image:mood": json.dumps([{**review, "item_id": "a"}])},
    )
    sent = {len(seen.asked.categories): seen.asked.item_text for seen in endpoint.seen}
    assert sent[3] == text
    assert sent[1] == (
        f"{opening}\nFound by search:\nCritic: Bleak.\nPoster, measured: colours red 80%"
    )


@pytest.mark.parametrize(("suffix", "form"), [(".jpg", "JPEG"), (".png", "JPEG"), ("", "WEBP"),
                                              (".bmp", "BMP"), (".png", "TIFF")])  # fmt: skip
def test_a_poster_is_sent_as_what_it_is(
    answer: Answer, endpoint: Endpoint, tmp_path: Path, suffix: str, form: str
) -> None:
    poster = tmp_path / f"poster{suffix}"
    Image.new("RGB", (40, 60), (200, 30, 35)).save(poster, form)
    rows = answer(("c", "Title: Sea", None, str(poster)))
    (image,) = [json.loads(row[6]) for row in rows if row[2] == "image:mood"]
    assert image[0]["name"] == "red tones"


def test_an_empty_build_asks_nothing(answer: Answer, endpoint: Endpoint) -> None:
    assert {row[4] for row in answer(A, is_empty=True)} == {"pending"}
    assert endpoint.n_calls == 0


def test_quarantined_questions_are_asked_again_only_on_demand(
    answer: Answer, endpoint: Endpoint
) -> None:
    endpoint.fail_item("lighthouse", Fault.refusal())
    assert {row[4:6] for row in answer(A)} == {("quarantined", "refusal")}
    calls = endpoint.n_calls
    assert {row[4] for row in answer(A)} == {"quarantined"}
    assert endpoint.n_calls == calls
    endpoint.reset()
    assert {row[4] for row in answer(A, retry_quarantined=True)} == {"answered"}


def test_a_fallback_model_answers_what_the_roles_model_cannot(
    answer: Answer, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.fail(
        Fault.refusal(), lambda asked: asked.model == MODEL and "lighthouse" in asked.item_text
    )
    rows = answer(A, B, fallback_models={"text": f"{MODEL}-b", "image": "of another role"})
    assert {row[4] for row in rows} == {"answered"}
    assert ledger.execute(
        "select distinct answers.item_id, answers.role, calls.model "
        "from ledger.llm_answers as answers inner join ledger.llm_calls as calls using (call_id) "
        "order by all"
    ).fetchall() == [("a", "text", f"{MODEL}-b"), ("b", "image", MODEL), ("b", "text", MODEL)]
    calls = endpoint.n_calls
    assert {row[4] for row in answer(A, B)} == {"answered"}
    assert endpoint.n_calls == calls


def test_what_a_fallback_cannot_answer_either_stays_quarantined(
    answer: Answer, endpoint: Endpoint
) -> None:
    endpoint.fail_item("lighthouse", Fault.refusal())
    rows = answer(A, fallback_models={"text": f"{MODEL}-b"})
    assert {row[4:6] for row in rows} == {("quarantined", "refusal")}
    assert {seen.asked.model for seen in endpoint.seen} == {MODEL, f"{MODEL}-b"}


def test_what_failed_is_open_and_asked_in_the_next_run(answer: Answer, endpoint: Endpoint) -> None:
    endpoint.fail_item("lighthouse", Fault.server_error())
    states = {(row[1], row[4]) for row in answer(A, B, max_attempts=1)}
    assert states == {("a", "pending"), ("b", "answered")}
    endpoint.reset()
    assert {row[4] for row in answer(A, B)} == {"answered"}
    assert endpoint.n_calls == 1


def test_what_a_budget_leaves_out_is_not_attempted_and_asked_when_it_has_room(
    answer: Answer, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    items = [(f"i{n}", f"Title: Film {n}\nSummary: A bear.", None, None) for n in range(24)]
    limit: dict[str, Any] = {
        "llm_prices": {"test-model": [1.0, 1.0, 4.0]}, "budget_run_usd": 0.005
    }  # fmt: skip
    rows = answer(*items, **limit)
    states = Counter(row[4] for row in rows)
    assert set(states) == {"answered", "not_attempted"}
    assert all((row[4] == "answered") == (row[6] is not None) for row in rows)
    ((budget, n_left, expected),) = ledger.execute(
        "select budget, n_questions, expected_usd from ledger.llm_budget_stops"
    ).fetchall()
    spent = ledger.execute("select sum(cost_usd) from ledger.llm_calls").fetchall()[0][0]
    assert (budget, n_left) == ("budget_run_usd", states["not_attempted"])
    assert expected == pytest.approx(n_left * spent / states["answered"])
    assert 0.5 * 0.005 <= spent <= 0.005
    forget_runs()
    ledger.execute("update ledger.llm_calls set invocation_id = 'an earlier run'")
    ledger.execute("delete from ledger.llm_budget_stops")
    assert {row[4] for row in answer(*items, llm_prices=limit["llm_prices"])} == {"answered"}


def test_a_role_that_asked_nothing_before_the_budget_was_spent_is_priced_as_estimated(
    answer: Answer, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    answer(A, budget_run_tokens=10, llm_prices={"test-model": [1.0, 1.0, 4.0]})
    assert endpoint.n_calls == 0
    ((n_left, expected),) = ledger.execute(
        "select n_questions, expected_usd from ledger.llm_budget_stops"
    ).fetchall()
    (estimated,) = ledger.execute(
        "select n_questions, cost_usd from ledger.llm_estimates"
    ).fetchall()
    assert (n_left, expected) == pytest.approx(estimated)


def test_a_budget_that_is_spent_may_fail_the_run(answer: Answer, endpoint: Endpoint) -> None:
    prices = {"test-model": [1.0, 1.0, 4.0]}
    with pytest.raises(BudgetError, match=r"budget_run_tokens is spent; 3 questions"):
        answer(A, budget_run_tokens=10, when_budget_is_spent="fail", llm_prices=prices)
    assert endpoint.n_calls == 0


def test_a_budget_in_dollars_needs_a_price(answer: Answer, endpoint: Endpoint) -> None:
    with pytest.raises(SettingError, match="no price of the model test-model is known"):
        answer(A, budget_day_usd=1)
    assert endpoint.n_calls == 0


def test_calls_that_a_kill_left_sent_count_as_spent(
    answer: Answer, endpoint: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    """Also with a clock that was set back: the day of the newest call goes on."""
    ledger.execute(
        "insert into ledger.llm_calls (call_id, role, model, question_keys, status, reserved_usd, "
        "started_at, invocation_id) values ('x', 'text', 'test-model', [], 'sent', 0.99, "
        "now()::timestamp + interval 3 day, 'killed')"
    )
    prices = {"test-model": [1.0, 1.0, 4.0]}
    rows = answer(A, budget_day_usd=0.99, llm_prices=prices)
    assert {row[4] for row in rows} == {"not_attempted"}
    assert endpoint.n_calls == 0
