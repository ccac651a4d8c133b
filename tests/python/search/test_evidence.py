"""Evidence: looked up once, frozen in the ledger; a dead provider costs only evidence."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from python_udfs.errors import SearchError
from python_udfs.search.evidence import Passage, Query, passages_of, search_pending
from python_udfs.search.run import gather_evidence
from python_udfs.settings import Environment
from tests.python.conftest import MakeSettings
from tests.python.search.conftest import Provider


def search_key(provider: str, corpus_version: str, item_id: str, query: str) -> str:
    """SHA-256 over the key of a search; the same in SQL (`int_search_queries`)."""
    parts = ["search", provider, corpus_version, item_id, query]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class Scripted:
    """A provider that fails for some tags and counts its requests."""

    name = "scripted"

    def __init__(self, fails: Callable[[str], bool] = lambda tag: False) -> None:
        self.asked: list[str] = []
        self._fails = fails

    def find(self, query: Query) -> list[Passage]:
        self.asked.append(query.words)
        if self._fails(query.words):
            raise SearchError("scripted: down")
        return [Passage("p", "s", None, query.words)] if query.words != "nothing" else []


def queries(*tags: str) -> list[Query]:
    return [Query(search_key("scripted", "1", "a", tag), "a", "Night Ferry", tag) for tag in tags]


def frozen(ledger: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, Any]]:
    rows = ledger.execute("select query, status, passages from ledger.search_results").fetchall()
    return {query.rpartition('" ')[2]: (status, json.loads(found)) for query, status, found in rows}


def test_what_is_found_and_what_is_not_is_frozen(ledger: duckdb.DuckDBPyConnection) -> None:
    asked = queries("ghost", "nothing")
    assert search_pending(ledger.cursor(), Scripted(), "1", asked, is_online=False) == 0
    assert frozen(ledger) == {
        "ghost": ("ok", [{"passage_id": "p", "source": "s", "item_id": None, "text": "ghost"}]),
        "nothing": ("empty", []),
    }


@pytest.mark.parametrize("is_online", [True, False])
def test_a_failed_search_is_not_frozen_and_the_others_go_on(
    ledger: duckdb.DuckDBPyConnection, caplog: pytest.LogCaptureFixture, is_online: bool
) -> None:
    provider = Scripted(lambda tag: tag == "b")
    with caplog.at_level(logging.WARNING):
        n = search_pending(
            ledger.cursor(), provider, "1", queries("a", "b", "c"), is_online=is_online
        )
    assert n == 1
    assert set(frozen(ledger)) == {"a", "c"}
    assert "scripted failed for 1 of 3 searches; the build goes on without them" in caplog.text


def test_a_dead_provider_is_left_alone_after_a_few_failures(
    ledger: duckdb.DuckDBPyConnection,
) -> None:
    provider = Scripted(lambda tag: True)
    asked = queries(*[f"t{n}" for n in range(600)])
    assert search_pending(ledger.cursor(), provider, "1", asked, is_online=True) == 600
    assert len(provider.asked) <= 8
    assert frozen(ledger) == {}


def test_failures_here_and_there_do_not_end_the_search(ledger: duckdb.DuckDBPyConnection) -> None:
    provider = Scripted(lambda tag: int(tag) % 3 != 0)
    asked = queries(*[str(n) for n in range(30)])
    assert search_pending(ledger.cursor(), provider, "1", asked, is_online=True) == 20
    assert len(frozen(ledger)) == 10


def test_the_key_is_the_one_that_sql_makes(ledger: duckdb.DuckDBPyConnection) -> None:
    sql = "select sha256(concat_ws(chr(31), 'search', 'local', '1', 'a', '\"Night Ferry\" ghost'))"
    assert ledger.execute(sql).fetchall() == [
        (search_key("local", "1", "a", '"Night Ferry" ghost'),)
    ]


def test_passages_are_read_back() -> None:
    assert passages_of(None) == passages_of("[]") == []
    assert passages_of('[{"text": "x"}]') == [{"text": "x"}]


# --- out of SQL

CORPUS = """select * from (values
    ('document:1', 'Critic', null, 'A ghost story of the sea'),
    ('item:a', 'Night Ferry', 'a', 'A ghost on a ferry'),
    ('document:2', 'Review', 'a', 'The rain never ends'),
    ('item:b', 'Tall Tower', 'b', 'Rain on a tower and an elevator')
) as corpus (text_id, source, item_id, corpus_text)"""

Gather = Callable[..., dict[str, tuple[str, list[dict[str, Any]]]]]


@pytest.fixture
def gather(ledger: duckdb.DuckDBPyConnection, make_settings: MakeSettings) -> Gather:
    """Evidence for tags of item a."""

    def run(*tags: str, version: str = "1", **changes: Any) -> Any:
        values = ", ".join(f"('{version}|{tag}', 'a', 'Night Ferry', '{tag}')" for tag in tags)
        sql = f"select * from (values {values}) as q (search_key, item_id, title, words)"
        settings = make_settings(search_corpus_version=version, **changes)
        rows = gather_evidence(ledger, settings, Environment(), sql, CORPUS).fetchall()
        return {tag: (status, json.loads(passages)) for _, _, tag, status, passages in rows}

    return run


def test_evidence_is_frozen_until_the_version_changes(
    gather: Gather, ledger: duckdb.DuckDBPyConnection
) -> None:
    first = gather("ghost", "zeppelin")
    assert [p["passage_id"] for p in first["ghost"][1]] == ["item:a#0", "document:1#0"]
    assert first["zeppelin"] == ("empty", [])
    ledger.execute("update ledger.search_results set passages = '[]', status = 'empty'")
    assert gather("ghost")["ghost"] == ("empty", [])
    assert gather("ghost", version="2") == {"ghost": first["ghost"]}
    assert ledger.execute("select count(*) from ledger.search_results").fetchall() == [(3,)]


def test_a_text_about_another_item_is_kept_and_is_no_evidence(
    gather: Gather, ledger: duckdb.DuckDBPyConnection
) -> None:
    found = gather("rain", "elevator")
    assert [passage["item_id"] for passage in found["rain"][1]] == ["a"]
    assert found["elevator"] == ("empty", [])
    frozen = ledger.execute(
        "select status, passages ->> '$[*].item_id' from ledger.search_results order by query"
    ).fetchall()
    assert frozen == [("ok", ["b"]), ("ok", ["a", "b"])]


@pytest.mark.parametrize(
    "changes", [{"search_provider": "none"}, {"evidence_passages": 0}, {"is_empty": True}]
)
def test_search_can_be_off(gather: Gather, changes: dict[str, Any]) -> None:
    assert gather("ghost", **changes) == {}


def test_a_dead_online_provider_gives_no_evidence_and_no_error(
    gather: Gather, provider: Provider
) -> None:
    provider.status = 503
    online = {"search_provider": "searxng", "search_url": provider.url}
    assert gather("ghost", "sea", **online) == {}
    provider.status = 200
    provider.reply = {"results": [{"title": "t", "url": "u", "content": "ghost"}]}
    assert gather("ghost", "sea", **online)["ghost"][1][0]["text"] == "ghost"
