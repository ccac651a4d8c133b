"""External search about items: each query is asked once, then frozen in the ledger."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import duckdb

from python_udfs.errors import SearchError
from python_udfs.ledger.writer import LedgerWriter, Row
from python_udfs.llm.recorder import utc_now
from python_udfs.progress import Progress

__all__ = ["Passage", "Query", "SearchProvider", "passages_of", "search_pending"]

_log = logging.getLogger(__name__)
_BATCH = 256
_ONLINE_WORKERS = 4
# After this many consecutive failures the provider is skipped for the rest of the build.
_MOST_FAILED_IN_A_ROW = 3


@dataclass(frozen=True)
class Query:
    """A search about one item; `words` are a tag to judge, or what a generator wants to know."""

    key: str
    item_id: str
    title: str
    words: str

    @property
    def text(self) -> str:
        """The query for an online provider."""
        return f'"{self.title}" {self.words}'


@dataclass(frozen=True)
class Passage:
    """A piece of text that was found; item_id is null if it is not about a single item."""

    passage_id: str
    source: str
    item_id: str | None
    text: str


class SearchProvider(Protocol):
    """Finds passages; raises SearchError on failure."""

    name: str

    def find(self, query: Query) -> list[Passage]:
        """Return the passages for `query`, those about its item first."""
        ...


def _row(provider: str, version: str, query: Query, passages: list[Passage]) -> Row:
    return (
        "search_results",
        {
            "search_key": query.key,
            "provider": provider,
            "corpus_version": version,
            "item_id": query.item_id,
            "query": query.text,
            "status": "ok" if passages else "empty",
            "passages": json.dumps([asdict(p) for p in passages], ensure_ascii=False),
            "searched_at": utc_now(),
        },
    )


def _batches(queries: Iterable[Query]) -> Iterator[list[Query]]:
    batch: list[Query] = []
    for query in queries:
        batch.append(query)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def search_pending(
    cursor: duckdb.DuckDBPyConnection,
    provider: SearchProvider,
    corpus_version: str,
    queries: Sequence[Query],
    *,
    is_online: bool,
) -> int:
    """Look up `queries` and freeze the results; return the number of failures.

    A failed search is not frozen: this build lacks its evidence, and the next one retries it.
    """
    n_failed = failed_in_a_row = 0

    def find(query: Query) -> list[Passage] | None:
        try:
            return provider.find(query)
        except SearchError as error:
            _log.debug("search %s: %s", provider.name, error)
            return None

    workers = _ONLINE_WORKERS if is_online else 1
    with (
        LedgerWriter(cursor) as writer,
        Progress(f"search ({provider.name})", len(queries), unit="searches") as progress,
        ThreadPoolExecutor(workers) as pool,
    ):
        for batch in _batches(queries):
            rows: list[Row] = []
            # Small steps, so that a dead provider costs a few time-outs, not one per query.
            step = workers if is_online else len(batch)
            for start in range(0, len(batch), step):
                if failed_in_a_row >= _MOST_FAILED_IN_A_ROW:
                    n_failed += len(batch) - start
                    break
                asked = batch[start : start + step]
                for query, passages in zip(asked, pool.map(find, asked), strict=True):
                    if passages is None:
                        n_failed += 1
                        failed_in_a_row += 1
                    else:
                        failed_in_a_row = 0
                        rows.append(_row(provider.name, corpus_version, query, passages))
            if rows:
                writer.write(rows)
            progress.advance(len(batch))
    if n_failed:
        _log.warning(
            "search provider %s failed for %d of %d searches; the build goes on without them",
            provider.name,
            n_failed,
            len(queries),
        )
    return n_failed


def passages_of(value: str | None) -> list[dict[str, Any]]:
    """The passages of a `search_results` row."""
    return json.loads(value) if value else []
