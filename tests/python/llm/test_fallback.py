"""A fallback at an address of its own: two endpoints over real HTTP, each with its own key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr

from python_udfs.errors import EndpointError, SettingError
from python_udfs.llm.asking import ask
from python_udfs.llm.calls import Pack, Question
from python_udfs.llm.outcome import Outcome
from python_udfs.llm.run_state import forget_runs
from python_udfs.settings import Environment
from tests.python.conftest import MakeSettings
from tests.python.endpoint import MODEL, Endpoint
from tests.python.faults import Fault
from tests.python.llm.conftest import Llm

OTHER = f"{MODEL}-b"
OTHER_KEY = "sk-other-0f9e8d7c6b5a4938"
PRICES = {"llm_prices": {MODEL: [1.0, 1.0, 4.0], OTHER: [100.0, 100.0, 400.0]}}
Asks = Callable[..., Outcome]


@pytest.fixture
def other() -> Iterator[Endpoint]:
    """The fallback's endpoint."""
    with Endpoint(OTHER_KEY) as endpoint:
        yield endpoint
        assert endpoint.problems == []


@pytest.fixture
def keyed(environment: Environment) -> Environment:
    """The environment with the key of the fallback's endpoint."""
    return environment.model_copy(update={"fallback_key": SecretStr(OTHER_KEY)})


@pytest.fixture
def asks(
    llm: Llm,
    other: Endpoint,
    ledger: duckdb.DuckDBPyConnection,
    keyed: Environment,
    make_settings: MakeSettings,
) -> Asks:
    """Runs of the text role with 12 packs; the ledger says which are open."""

    def run(environment: Environment = keyed, **changes: Any) -> Outcome:
        forget_runs()
        named = {"fallback_models": {"text": OTHER}, "fallback_base_urls": {"text": other.base_url}}
        settings = make_settings(**{**named, "max_outage_s": 0.3, **PRICES, **changes})

        def packs(which: str) -> Iterator[Pack]:
            done = {key for (key,) in ledger.execute(
                "select question_key from ledger.llm_answers").fetchall()}  # fmt: skip
            for n in range(12):
                if f"{n}:mood" not in done:
                    text = f"Title: Film {n}\nSummary: A bear in a lighthouse."
                    yield llm.pack("mood", item=f"{n}", text=text)

        return ask(ledger, settings, environment, f"run {run}", "text", packs, 12)

    return run


def calls_by_model(ledger: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """Answers by the model and address of their calls."""
    rows = ledger.execute(
        "select calls.model, calls.base_url, count(*) from ledger.llm_answers as answers "
        "inner join ledger.llm_calls as calls using (call_id) where answers.status = 'answered' "
        "group by all"
    )
    return {(model, base_url): n for model, base_url, n in rows.fetchall()}


@pytest.fixture
def asks_both(
    llm: Llm,
    other: Endpoint,
    ledger: duckdb.DuckDBPyConnection,
    keyed: Environment,
    make_settings: MakeSettings,
) -> Asks:
    """Runs of two evaluators, with two packs each; the roles named have the fallback."""
    strict = [llm.verdict(tag) for tag in ("sea", "dark")]
    packs = [*strict, *(of_role(pack, "lenient") for pack in strict)]

    def run(*roles: str, made: list[str] | None = None) -> Outcome:
        settings = make_settings(
            fallback_models=dict.fromkeys(roles, OTHER),
            fallback_base_urls=dict.fromkeys(roles, other.base_url),
        )

        def make(which: str) -> list[Pack]:
            if made is not None:
                made.append(which)
            return packs

        return ask(ledger, settings, keyed, "run", "lenient", make, 4,
                   shared_by=["lenient", "strict"])  # fmt: skip

    return run


def test_what_the_first_refuses_the_other_answers_with_its_own_key_and_price(
    asks: Asks, endpoint: Endpoint, other: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.price_usd, other.price_usd = (1.0, 1.0, 4.0), (100.0, 100.0, 400.0)
    endpoint.fail(Fault.refusal(), lambda asked: "Film 3\n" in asked.item_text)
    asks()
    assert calls_by_model(ledger) == {(MODEL, endpoint.base_url): 11, (OTHER, other.base_url): 1}
    assert (endpoint.n_refused, other.n_refused) == (0, 0), "a key went to the other endpoint"
    ((spent,),) = ledger.execute("select sum(cost_usd) from ledger.llm_calls").fetchall()
    assert spent == pytest.approx(endpoint.spent_usd + other.spent_usd)


@pytest.mark.parametrize(
    ("fault", "answered"),
    [
        (Fault.server_error(503), 0),
        (Fault.dropped(), 0),
        (Fault.quota(), 5),
        (Fault.bad_request("enable_thinking must be false"), 0),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_where_the_first_would_end_the_run_the_other_goes_on(
    asks: Asks,
    endpoint: Endpoint,
    other: Endpoint,
    ledger: duckdb.DuckDBPyConnection,
    fault: Fault,
    answered: int,
) -> None:
    numbers = count()
    endpoint.fail(fault, lambda asked: next(numbers) >= answered)
    outcome = asks(max_concurrency=1)
    assert outcome.n_answered + answered == 12
    assert calls_by_model(ledger) == {
        **({(MODEL, endpoint.base_url): answered} if answered else {}),
        (OTHER, other.base_url): 12 - answered,
    }
    assert (endpoint.n_refused, other.n_refused) == (0, 0)
    assert other.n_calls == 12 - answered


def test_a_wrong_key_at_the_first_is_not_tried_at_the_other(
    asks: Asks, environment: Environment, other: Endpoint
) -> None:
    wrong = environment.model_copy(update={"fallback_key": None})
    with pytest.raises(EndpointError, match=f"{OTHER}.*authentication.*TAGSMITH_FALLBACK_API_KEY"):
        asks(wrong, base_url_text="http://127.0.0.1:9/v1")
    assert other.n_refused == 1
    assert environment.api_key is not None
    assert other.seen == []


def test_a_budget_counts_the_prices_of_both(
    asks: Asks, endpoint: Endpoint, other: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    other.price_usd = (100.0, 100.0, 400.0)
    endpoint.fail(Fault.quota())
    outcome = asks(budget_run_usd=0.15)
    assert outcome.budget == "budget_run_usd"
    assert 0 < outcome.n_answered < 12
    assert 0 < other.spent_usd <= 0.15
    endpoint.reset()
    with pytest.raises(SettingError, match=f"no price of the model {OTHER} is known"):
        asks(budget_run_usd=0.15, llm_prices={MODEL: [1.0, 1.0, 4.0]})
    assert endpoint.n_calls == 0, "it is told before the first call"


def test_roles_without_a_fallback_end_with_the_first(
    asks_both: Asks, endpoint: Endpoint, other: Endpoint, ledger: duckdb.DuckDBPyConnection
) -> None:
    endpoint.fail(Fault.quota())
    with pytest.raises(EndpointError, match="quota"):
        asks_both("strict")
    assert calls_by_model(ledger) == {(OTHER, other.base_url): 2}


def test_roles_with_the_same_fallback_share_its_packs(asks_both: Asks, endpoint: Endpoint) -> None:
    endpoint.fail(Fault.quota())
    made: list[str] = []
    assert asks_both("lenient", "strict", made=made).n_answered == 4
    assert made == ["true", "batch_key is null"]


def of_role(pack: Pack, role: str) -> Pack:
    """The pack as one of another evaluator."""
    questions = tuple(
        Question(f"{role}:{q.key}", role, q.item_id, tag=q.tag) for q in pack.questions
    )
    return replace(pack, questions=questions)


def test_what_comes_of_several_fallbacks_adds_up() -> None:
    outcome = Outcome()
    for cost_usd, so_far in ((0.5, 0.5), (0.25, 0.75), (None, None), (0.25, None)):
        outcome.add(Outcome(n_answered=2, budget="", cost_usd=cost_usd))
        assert outcome.cost_usd == so_far
    assert outcome.n_answered == 8
