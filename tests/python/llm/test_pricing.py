"""Costs in US dollars."""

from __future__ import annotations

import pytest

from python_udfs.llm.pricing import Prices, TokenUsage

USAGE = TokenUsage(prompt=1_000_000, cached=400_000, completion=100_000)


def test_own_prices_come_first() -> None:
    prices = Prices({"gpt-4o-mini": [2.0, 1.0, 10.0]})
    cost = prices.cost_usd("gpt-4o-mini", USAGE, is_embedded=False)
    assert cost == pytest.approx(0.6 * 2.0 + 0.4 * 1.0 + 0.1 * 10.0)


def test_a_known_model_has_the_price_of_the_packaged_list() -> None:
    cost = Prices({}).cost_usd("gpt-4o-mini", USAGE, is_embedded=False)
    assert cost == pytest.approx(0.6 * 0.15 + 0.4 * 0.075 + 0.1 * 0.6)


def test_an_unknown_model_has_no_price_and_the_embedded_one_is_free() -> None:
    assert Prices({}).cost_usd("some-model-of-ours", USAGE, is_embedded=False) is None
    assert Prices({}).cost_usd("gpt-4o-mini", USAGE, is_embedded=True) == 0.0


def test_an_endpoint_that_counts_more_cached_than_sent_stops_nothing() -> None:
    odd = TokenUsage(prompt=10, cached=20, completion=1)
    cost = Prices({}).cost_usd("gpt-4o-mini", odd, is_embedded=False)
    assert cost is None or cost >= 0
