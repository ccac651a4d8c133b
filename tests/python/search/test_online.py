"""Online providers over real HTTP: results, and failures that cost only evidence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from python_udfs.errors import SearchError, SettingError
from python_udfs.search.evidence import Query
from python_udfs.search.online import OnlineSearch, online_search
from python_udfs.settings import Environment
from tests.python.conftest import MakeSettings
from tests.python.search.conftest import Provider

QUERY = Query("key", "a", "Night Ferry", "ghost story")
KEY = Environment(search_key=SecretStr("tvly-secret"))

Search = Callable[..., OnlineSearch]


@pytest.fixture
def search(provider: Provider, make_settings: MakeSettings) -> Iterator[Search]:
    with ExitStack() as clients:

        def make(name: str, path: str = "", **changes: Any) -> OnlineSearch:
            url = f"{provider.url}{path}"
            settings = make_settings(search_provider=name, search_url=url, **changes)
            made = online_search(settings, KEY)
            clients.callback(made.close)
            return made

        yield make


def test_wikipedia_is_asked_and_read(search: Search, provider: Provider) -> None:
    provider.reply = {"query": {"search": [
        {"title": "Ghost story", "pageid": 7, "snippet": "A <b>ghost</b> &amp; a house"},
        {"title": "Night Ferry (film)", "pageid": 8, "snippet": "A film of 1999"},
        {"title": "Nothing", "pageid": 9, "snippet": ""},
    ]}}  # fmt: skip
    found = search("wikipedia", "/w/api.php").find(QUERY)
    asked = parse_qs(urlsplit(provider.requests[0][0]).query)
    assert asked["srsearch"] == ['"Night Ferry" ghost story']
    assert asked["srlimit"] == ["2"]
    assert [(p.source, p.item_id, p.text) for p in found] == [
        ("Night Ferry (film)", "a", "A film of 1999"),
        ("Ghost story", None, "A ghost & a house"),
    ]
    assert found[1].passage_id.endswith("curid=7")


def test_searxng_is_asked_and_read(search: Search, provider: Provider) -> None:
    hits = [{"title": f"t{n}", "url": f"http://x/{n}", "content": "one two three"} for n in "123"]
    provider.reply = {"results": hits}
    found = search("searxng", "/", evidence_words=10).find(QUERY)
    path, _, _ = provider.requests[0]
    assert urlsplit(path).path == "/search"
    assert parse_qs(urlsplit(path).query)["format"] == ["json"]
    assert [(p.passage_id, p.source) for p in found] == [("http://x/1", "t1"), ("http://x/2", "t2")]


def test_tavily_is_asked_with_its_key_and_read(search: Search, provider: Provider) -> None:
    text = " ".join(f"w{n}" for n in range(60))
    provider.reply = {"results": [{"title": "t", "url": "http://x", "content": text}]}
    (found,) = search("tavily").find(QUERY)
    _, body, headers = provider.requests[0]
    assert json.loads(body)["query"] == '"Night Ferry" ghost story'
    assert headers["Authorization"] == "Bearer tvly-secret"
    assert len(found.text.split()) == 40


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("wikipedia", {}),
        ("wikipedia", []),
        ("wikipedia", {"query": {"search": ["odd"]}}),
        ("wikipedia", {"query": {"search": [{"title": None, "pageid": 1, "snippet": "x"}]}}),
        ("searxng", {"results": None}),
        ("searxng", {"results": ["odd"]}),
        ("tavily", {"results": [{"title": "t"}]}),
        ("tavily", b"<html>no JSON</html>"),
    ],
)
def test_an_answer_of_another_shape_is_a_search_error(
    search: Search, provider: Provider, name: str, reply: Any
) -> None:
    provider.reply = reply
    with pytest.raises(SearchError, match=name):
        search(name).find(QUERY)


def test_a_hit_without_text_is_no_passage(search: Search, provider: Provider) -> None:
    provider.reply = {"results": [{"title": None, "url": None, "content": None}]}
    assert search("searxng").find(QUERY) == []


@pytest.mark.parametrize("status", [301, 403, 429, 500])
def test_a_refusal_is_a_search_error(search: Search, provider: Provider, status: int) -> None:
    provider.status = status
    with pytest.raises(SearchError, match="wikipedia"):
        search("wikipedia").find(QUERY)


def test_a_slow_provider_is_given_up_in_time(search: Search, provider: Provider) -> None:
    provider.may_reply.clear()
    with pytest.raises(SearchError, match="Timeout"):
        search("wikipedia", search_timeout_s=0.2).find(QUERY)
    # It is given up while the provider has still not replied.
    assert not provider.may_reply.is_set()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[::1", "nonsense", "ftp://x/"])
def test_an_address_that_leads_nowhere_is_a_search_error(
    make_settings: MakeSettings, url: str
) -> None:
    made = online_search(make_settings(search_provider="searxng", search_url=url), Environment())
    with pytest.raises(SearchError, match="searxng"):
        made.find(QUERY)
    made.close()


def test_a_provider_says_what_it_needs(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingError, match="search_url"):
        online_search(make_settings(search_provider="searxng"), Environment())
    with pytest.raises(SettingError, match="TAVILY_API_KEY"):
        online_search(make_settings(search_provider="tavily"), Environment())
