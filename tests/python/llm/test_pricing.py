"""Costs in US dollars."""

from __future__ import annotations

import pytest

from python_udfs.llm.pricing import TokenUsage, prices_of, prompt_size

HOSTED = "http://127.0.0.1:9/v1"
USAGE = TokenUsage(prompt=1_000_000, cached=400_000, completion=100_000)


def test_own_prices_come_first() -> None:
    cost = prices_of({"gpt-4o-mini": [2.0, 1.0, 10.0]}, "gpt-4o-mini", HOSTED).cost_usd(USAGE)
    assert cost == pytest.approx(0.6 * 2.0 + 0.4 * 1.0 + 0.1 * 10.0)


def test_a_known_model_has_the_price_of_the_packaged_list() -> None:
    cost = prices_of({}, "gpt-4o-mini", HOSTED).cost_usd(USAGE)
    assert cost == pytest.approx(0.6 * 0.15 + 0.4 * 0.075 + 0.1 * 0.6)


def test_an_unknown_model_has_no_price_and_the_embedded_one_is_free() -> None:
    assert prices_of({}, "some-model-of-ours", HOSTED).cost_usd(USAGE) is None
    assert prices_of({}, "gpt-4o-mini", "").cost_usd(USAGE) == 0.0


def test_an_endpoint_that_counts_more_cached_than_sent_stops_nothing() -> None:
    odd = TokenUsage(prompt=10, cached=20, completion=1)
    cost = prices_of({}, "gpt-4o-mini", HOSTED).cost_usd(odd)
    assert cost is None or cost >= 0


@pytest.mark.parametrize(
    ("model", "base_url"),
    [
        ("gpt-4o-mini", "https://api.openai.com/v1"),
        ("openai/gpt-4o-mini", "https://openrouter.ai/api/v1"),
        ("openai/gpt-4o-mini", HOSTED),
        ("azure/openai/gpt-4o-mini", HOSTED),
    ],
)
def test_a_name_with_its_provider_in_front_finds_its_price(model: str, base_url: str) -> None:
    assert prices_of({}, model, base_url).cost_usd(USAGE) == pytest.approx(
        0.6 * 0.15 + 0.4 * 0.075 + 0.1 * 0.6
    )


def test_a_prompt_is_estimated_high() -> None:
    text = {"role": "user", "content": "Gefühl 한국어 " * 10}
    image = {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image_url"}]}
    assert prompt_size([text]).most_tokens >= len(text["content"].encode())
    assert prompt_size([image]).most_tokens > 37_000  # what gpt-4o-mini counts for a large poster


def test_batches_have_the_price_that_is_listed_else_half() -> None:
    listed = prices_of({}, "gpt-4o-mini", HOSTED)
    assert listed.batch is not None
    # Its cached tokens cost no less in batches.
    assert listed.in_batches.cost_usd(USAGE) == pytest.approx(0.6 * 0.075 + 0.4 * 0.075 + 0.1 * 0.3)
    own = {"a": [2.0, 1.0, 10.0], "b": [2.0, 1.0, 10.0], "b batch": [1.5, 1.0, 8.0]}
    half, whole = prices_of(own, "a", HOSTED), prices_of(own, "b", HOSTED)
    assert (half.batch is None, whole.batch is None) == (True, False)
    assert half.in_batches.cost_usd(USAGE) == pytest.approx((0.6 * 2.0 + 0.4 + 0.1 * 10.0) / 2)
    assert whole.in_batches.cost_usd(USAGE) == pytest.approx(0.6 * 1.5 + 0.4 + 0.1 * 8.0)
    assert prices_of({}, "ours", HOSTED).in_batches.cost_usd(USAGE) is None
