"""What calls cost in US dollars, and the most that one can cost before it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from genai_prices import Usage, data_snapshot

__all__ = [
    "ModelPrices",
    "Prices",
    "PromptSize",
    "TokenUsage",
    "prompt_size",
]

# An image may cost this many tokens at most: the dearest of the models whose rules are public
# count 48 tiles of about a thousand.
_IMAGE_TOKENS = 48_000
_MESSAGE_TOKENS = 16
# Most providers charge half for what may come within a day.
_BATCH_SHARE = 0.5


@dataclass(frozen=True)
class TokenUsage:
    """Tokens of one call as the endpoint counted them; cached tokens are part of the prompt's."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0

    @property
    def total(self) -> int:
        """Tokens read and written."""
        return self.prompt + self.completion


class ModelPrices:
    """The price of one model, looked up once; `is_known` is False if none was found.

    `batch` are its prices in batches, where a list has them.
    """

    def __init__(
        self,
        own: Sequence[float] | None,
        listed: Any = None,
        batch: ModelPrices | None = None,
        share: float = 1.0,
    ) -> None:
        self._own = own
        self._listed = listed
        self._batch = batch
        self._share = share

    @property
    def in_batches(self) -> ModelPrices:
        """The prices of calls in a batch, half of the others if no list has them."""
        return self._batch or ModelPrices(self._own, self._listed, share=_BATCH_SHARE)

    @property
    def lists_batches(self) -> bool:
        """Whether a list has prices of batches."""
        return self._batch is not None

    @property
    def is_known(self) -> bool:
        """Whether calls have a price."""
        return self._own is not None or self._listed is not None

    def cost_usd(self, usage: TokenUsage) -> float | None:
        """Return the cost of one call in US dollars, None without a price."""
        if self._own is not None:
            prompt, cached, completion = self._own
            fresh = usage.prompt - usage.cached
            cost = fresh * prompt + usage.cached * cached + usage.completion * completion
            return self._share * cost / 1e6
        if self._listed is None:
            return None
        tokens = Usage(
            input_tokens=usage.prompt,
            cache_read_tokens=usage.cached,
            output_tokens=usage.completion,
        )
        try:
            return self._share * float(self._listed.calc_price(tokens)["total_price"])
        except (LookupError, ValueError, TypeError):  # contradictory token counts
            return None


class Prices:
    """Prices by model: the setting `llm_prices` first, then the offline list of genai-prices.

    Own prices are [prompt, cached, completion] in USD per million tokens; those under
    "<model> batch" are the prices of its batches.
    """

    def __init__(self, own: Mapping[str, Sequence[float]]) -> None:
        self._own = own

    def of(self, model: str, base_url: str) -> ModelPrices:
        """Return the price of a model; one served in this process (no `base_url`) is free."""
        if not base_url:
            return ModelPrices((0.0, 0.0, 0.0))
        name = model.rpartition("/")[2]
        for spelling in (model, name):
            if spelling in self._own:
                own = self._own.get(f"{spelling} batch")
                batch = None if own is None else ModelPrices(own)
                return ModelPrices(self._own[spelling], None, batch)
        for spelling, url in ((model, base_url), (model, None), (name, base_url), (name, None)):
            try:
                _, found = data_snapshot.get_snapshot().find_provider_model(
                    spelling, None, None, url
                )
            except (LookupError, ValueError):
                continue
            now = dt.datetime.now(dt.UTC)
            single = found.get_prices(now)
            listed = found.get_prices(now, {"processing": "batch"})
            return ModelPrices(
                None, single, None if listed == single else ModelPrices(None, listed)
            )
        return ModelPrices(None)


@dataclass(frozen=True)
class PromptSize:
    """A prompt in messages, bytes of text, and images."""

    n_messages: int
    n_bytes: int
    n_images: int

    @property
    def most_tokens(self) -> int:
        """A bound of a prompt's tokens: a byte-level tokenizer never has more than bytes."""
        return self.n_bytes + _IMAGE_TOKENS * self.n_images + _MESSAGE_TOKENS * self.n_messages


def prompt_size(messages: Sequence[Mapping[str, Any]]) -> PromptSize:
    """Return the size of a prompt."""
    n_bytes = n_images = 0
    for message in messages:
        content = message["content"]
        parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
        texts = [part["text"] for part in parts if part.get("type") == "text"]
        n_bytes += sum(len(text.encode()) for text in texts)
        n_images += len(parts) - len(texts)
    return PromptSize(len(messages), n_bytes, n_images)
