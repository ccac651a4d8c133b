"""What calls cost in US dollars, and the most that one can cost before it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from genai_prices import Usage, data_snapshot

__all__ = [
    "ModelPrices",
    "PromptSize",
    "TokenUsage",
    "prices_of",
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


@dataclass(frozen=True)
class ModelPrices:
    """The price of one model, looked up once: in the settings (`own`), or `listed`.

    `batch` are its prices in batches, where a list has them.
    """

    own: Sequence[float] | None = None
    listed: Any = None
    batch: ModelPrices | None = None
    share: float = 1.0

    @property
    def in_batches(self) -> ModelPrices:
        """The prices of calls in a batch, half of the others if no list has them."""
        return self.batch or replace(self, share=_BATCH_SHARE)

    @property
    def is_known(self) -> bool:
        """Whether calls have a price."""
        return self.own is not None or self.listed is not None

    def cost_usd(self, usage: TokenUsage) -> float | None:
        """Return the cost of one call in US dollars, None without a price."""
        if self.own is not None:
            prompt, cached, completion = self.own
            fresh = usage.prompt - usage.cached
            cost = fresh * prompt + usage.cached * cached + usage.completion * completion
            return self.share * cost / 1e6
        if self.listed is None:
            return None
        tokens = Usage(
            input_tokens=usage.prompt,
            cache_read_tokens=usage.cached,
            output_tokens=usage.completion,
        )
        try:
            return self.share * float(self.listed.calc_price(tokens)["total_price"])
        except (LookupError, ValueError, TypeError):  # contradictory token counts
            return None


def prices_of(own: Mapping[str, Sequence[float]], model: str, base_url: str) -> ModelPrices:
    """Return the price of a model; one served in this process (no `base_url`) is free.

    The setting `llm_prices` (`own`) comes first, then the offline list of genai-prices. Own prices
    are [prompt, cached, completion] in USD per million tokens; those under "<model> batch" are the
    prices of its batches.
    """
    if not base_url:
        return ModelPrices((0.0, 0.0, 0.0))
    name = model.rpartition("/")[2]
    for spelling in (model, name):
        if spelling in own:
            batch = own.get(f"{spelling} batch")
            return ModelPrices(own[spelling], batch=None if batch is None else ModelPrices(batch))
    for spelling, url in ((model, base_url), (model, None), (name, base_url), (name, None)):
        try:
            _, found = data_snapshot.get_snapshot().find_provider_model(spelling, None, None, url)
        except (LookupError, ValueError):
            continue
        now = dt.datetime.now(dt.UTC)
        single = found.get_prices(now)
        listed = found.get_prices(now, {"processing": "batch"})
        batches = None if listed == single else ModelPrices(listed=listed)
        return ModelPrices(listed=single, batch=batches)
    return ModelPrices()


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
