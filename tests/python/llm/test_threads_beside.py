"""The chosen number of threads performs well beside other work, with the real model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.threads import LEAST_SHARE, busy, start, tokens_per_s
from python_udfs.llm.embedded import stop_embedded
from python_udfs.llm.model_files import TEXT_MODEL
from python_udfs.settings import Environment

# It compares speeds, so run it by hand and on its own.
pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture(autouse=True)
def model() -> Iterator[None]:
    if not (Environment.read().cache_dir / TEXT_MODEL.name).is_file():
        pytest.skip("the embedded model is not in the cache; `make build` fetches it")
    yield
    stop_embedded()


@pytest.mark.parametrize("n_busy", [0, 1, 2])
def test_it_gives_most_of_the_best_fixed_number(n_busy: int) -> None:
    with busy(n_busy):
        rates = {threads: tokens_per_s(start(threads), 3) for threads in (0, 1, 2)}
    assert rates[0] >= LEAST_SHARE * max(rates[1], rates[2])
