"""Cost of a call in US dollars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from genai_prices import Usage, calc_price

__all__ = ["Prices", "TokenUsage"]


@dataclass(frozen=True)
class TokenUsage:
    """Tokens of one call as the endpoint counted them; cached tokens are part of the prompt's."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0


class Prices:
    """Prices by model: the setting `llm_prices` first, then the offline list of genai-prices."""

    def __init__(self, own: Mapping[str, Sequence[float]]) -> None:
        self._own = own

    def cost_usd(self, model: str, usage: TokenUsage, *, is_embedded: bool) -> float | None:
        """Return the cost of one call in US dollars, None if no price is known.

        Own prices are [prompt, cached, completion] in USD per million tokens.
        """
        if is_embedded:
            return 0.0
        if model in self._own:
            prompt, cached, completion = self._own[model]
            fresh = usage.prompt - usage.cached
            total = fresh * prompt + usage.cached * cached + usage.completion * completion
            return total / 1e6
        try:
            price = calc_price(
                Usage(
                    input_tokens=usage.prompt,
                    cache_read_tokens=usage.cached,
                    output_tokens=usage.completion,
                ),
                model_ref=model,
            )
        except (LookupError, ValueError):  # unknown model, or contradictory token counts
            return None
        return float(price.total_price)
