"""What calls will cost: from the ledger's history, else from priors; the fact lies within."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from python_udfs.errors import SettingError
from python_udfs.llm.estimate import Work, announce
from python_udfs.llm.history import Range, range_of
from python_udfs.settings import Environment
from tests.python.conftest import MakeSettings
from tests.python.endpoint import MODEL
from tests.python.llm.conftest import Llm

PRICES = {MODEL: [1.0, 0.5, 4.0]}


def calls(ledger: duckdb.DuckDBPyConnection, n: int, **values: Any) -> None:
    """Put `n` settled calls of one question each into the ledger."""
    row = {
        "role": "text", "model": MODEL, "status": "ok", "attempt": 1, "question_keys": ["q"],
        "prompt_bytes": 1000, "prompt_tokens": 250, "cached_tokens": 50, "completion_tokens": 30,
        "latency_ms": 2000.0,
    } | values  # fmt: skip
    for number in range(n):
        columns = {"call_id": f"{row['role']}{row['model']}{number}", **row}
        ledger.execute(
            f"insert into ledger.main.llm_calls ({', '.join(columns)}) "
            f"values ({', '.join('?' * len(columns))})",
            list(columns.values()),
        )


@pytest.fixture
def estimate(
    llm: Llm, ledger: duckdb.DuckDBPyConnection, environment: Environment,
    make_settings: MakeSettings,
) -> Any:  # fmt: skip
    """Estimate calls of one pack each, and return the row of the ledger."""

    def made(n_calls: int, *, run: str = "run", **changes: Any) -> dict[str, Any]:
        pack = llm.pack("mood", "setting")
        settings = make_settings(**{"llm_prices": PRICES, "max_concurrency": 4, **changes})
        work = Work("text", Range.of(2.0 * n_calls), Range.of(float(n_calls)), [pack] * 10)
        announce(ledger, settings, environment, run, [work])
        found = ledger.execute("from ledger.main.llm_estimates where invocation_id = ?", [run])
        names = [column[0] for column in found.description]
        ((row),) = found.fetchall()
        return dict(zip(names, row, strict=True))

    return made


def test_a_sum_is_as_sure_as_its_history_and_never_surer_than_the_margin() -> None:
    known = range_of(10.0, 0.0, 1000, Range.of(100.0))
    assert known.values == pytest.approx((950.0, 1000.0, 1050.0))
    few, many = (range_of(10.0, 5.0, n, Range.of(100.0)) for n in (5, 5000))
    assert few.low < many.low < many.expected == 1000.0 < many.high < few.high


def test_with_a_history_tokens_money_and_time_follow_from_it(
    ledger: duckdb.DuckDBPyConnection, estimate: Any, llm: Llm
) -> None:
    calls(ledger, 20)
    row = estimate(100)
    n_bytes = sum(len(message["content"]) for message in llm.pack("mood", "setting").messages)
    assert row["prompt_tokens"] == pytest.approx(100 * n_bytes / 4, abs=1)
    assert row["completion_tokens"] == 200 * 30
    assert row["cached_tokens"] == pytest.approx(row["prompt_tokens"] / 5, abs=1)
    expected = (0.8 * row["prompt_tokens"] + 0.2 * row["prompt_tokens"] / 2 + 4 * 6000) / 1e6
    assert row["cost_usd"] == pytest.approx(expected, rel=1e-3)
    assert row["batch_usd"] == pytest.approx(row["cost_usd"] / 2)
    assert row["cost_usd_low"] < row["cost_usd"] < row["cost_usd_high"] < 1.5 * row["cost_usd"]
    assert row["minutes"] == pytest.approx(100 * 2 / 4 / 60)
    assert (row["n_calls_low"], row["n_calls"], row["n_calls_high"]) == (100, 100, 105)


def test_repeated_calls_of_the_past_are_expected_again(
    ledger: duckdb.DuckDBPyConnection, estimate: Any
) -> None:
    calls(ledger, 20)
    calls(ledger, 5, attempt=2, status="invalid", model=f"{MODEL}-x")
    ledger.execute(f"update ledger.main.llm_calls set model = '{MODEL}'")
    row = estimate(100)
    assert row["n_calls"] == 125 < row["n_calls_high"]


def test_without_a_history_the_interval_is_that_of_the_priors(
    ledger: duckdb.DuckDBPyConnection, estimate: Any, llm: Llm
) -> None:
    calls(ledger, 4)
    row = estimate(10)
    room = 10 * llm.pack("mood", "setting").max_tokens
    assert row["completion_tokens"] == pytest.approx(room / 2, abs=5)
    assert row["n_tokens_low"] < row["n_tokens"] / 1.5
    assert row["n_tokens_high"] > 1.5 * row["n_tokens"]
    # What other models wrote for such questions is more than a share of the room.
    calls(ledger, 9, model="another")
    assert estimate(10, run="next")["completion_tokens"] == 20 * 30


def test_a_limit_of_calls_a_minute_sets_the_time(
    ledger: duckdb.DuckDBPyConnection, estimate: Any
) -> None:
    calls(ledger, 20)
    assert estimate(100, requests_per_minute=10)["minutes"] == pytest.approx(10)


def test_a_role_is_estimated_once_a_run_and_said_only_where_it_may_ask(
    estimate: Any, ledger: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    estimate(10)
    said = capsys.readouterr().err
    assert "to ask (text): about 20 questions in 10 calls" in said
    assert "USD" in said and "in batches" in said
    assert estimate(1)["n_calls"] == 10
    assert capsys.readouterr().err == ""
    dry = estimate(10, run="dry", allow_calls=False)
    assert not dry["is_asked"]
    assert capsys.readouterr().err == ""


def test_without_a_price_it_says_so_and_a_budget_in_dollars_stops_before_the_first_call(
    estimate: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    row = estimate(10, llm_prices={})
    assert row["cost_usd"] is None and row["batch_usd"] is None and row["n_tokens"] > 0
    assert "a price that is not known (seed model_prices)" in capsys.readouterr().err
    with pytest.raises(SettingError, match="no price of the model test-model is known"):
        estimate(10, run="budget", llm_prices={}, budget_run_usd=1)
