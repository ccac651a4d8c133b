"""Online search providers: Wikipedia's API, a SearXNG instance, Tavily."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx

from python_udfs.errors import SearchError, SettingError
from python_udfs.search.evidence import Passage, Query
from python_udfs.settings import Environment, Search

__all__ = ["OnlineSearch", "online_search"]

_WIKIPEDIA = "https://en.wikipedia.org/w/api.php"
_TAVILY = "https://api.tavily.com/search"
_MARKUP = re.compile(r"<[^>]+>")
_UNREACHABLE = (httpx.HTTPError, httpx.InvalidURL)
_OTHER_SHAPE = (AttributeError, KeyError, TypeError, ValueError)


@dataclass(frozen=True)
class _Hit:
    title: str
    address: str
    text: str


def _wikipedia(client: httpx.Client, url: str, text: str, n: int) -> list[_Hit]:
    parameters = {
        "action": "query",
        "list": "search",
        "srsearch": text,
        "srlimit": str(n),
        "format": "json",
    }
    answer = client.get(url, params=parameters).raise_for_status().json()
    return [
        _Hit(hit["title"], f"{url}?curid={hit['pageid']}", hit["snippet"])
        for hit in answer["query"]["search"]
    ]


def _searxng(client: httpx.Client, url: str, text: str, n: int) -> list[_Hit]:
    parameters = {"q": text, "format": "json"}
    answer = client.get(f"{url.rstrip('/')}/search", params=parameters).raise_for_status().json()
    return [
        _Hit(hit.get("title") or "", hit.get("url") or "", hit.get("content") or "")
        for hit in answer["results"][:n]
    ]


def _tavily(client: httpx.Client, url: str, text: str, n: int) -> list[_Hit]:
    answer = client.post(url, json={"query": text, "max_results": n}).raise_for_status().json()
    return [_Hit(hit["title"], hit["url"], hit["content"]) for hit in answer["results"][:n]]


class OnlineSearch:
    """One online provider with a time limit; every failure becomes a SearchError."""

    def __init__(
        self,
        name: str,
        search: Callable[[httpx.Client, str, str, int], list[_Hit]],
        url: str,
        client: httpx.Client,
        n_passages: int,
        n_words: int,
    ) -> None:
        self.name = name
        self._search = search
        self._url = url
        self._client = client
        self._n_passages = n_passages
        self._n_words = n_words

    def find(self, query: Query) -> list[Passage]:
        """Return the provider's passages, each cut to the allowed number of words."""
        try:
            hits = self._search(self._client, self._url, query.text, self._n_passages)
            passages = [self._passage(query, hit) for hit in hits]
        except (*_UNREACHABLE, *_OTHER_SHAPE) as error:
            raise SearchError(f"{self.name}: {type(error).__name__}") from error
        found = [passage for passage in passages if passage.text]
        return sorted(found, key=lambda passage: passage.item_id is None)

    def _passage(self, query: Query, hit: _Hit) -> Passage:
        words = html.unescape(_MARKUP.sub("", hit.text)).split()[: self._n_words]
        item_id = query.item_id if query.title.casefold() in hit.title.casefold() else None
        return Passage(hit.address, hit.title, item_id, " ".join(words))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def online_search(settings: Search, environment: Environment) -> OnlineSearch:
    """Return the provider that the settings name.

    Raises SettingError if a required address or key is not set.
    """
    name = settings.search_provider
    headers = {"User-Agent": "tagsmith (metadata tagging)"}
    searches: dict[str, Any] = {"wikipedia": _wikipedia, "searxng": _searxng, "tavily": _tavily}
    url = settings.search_url or {"wikipedia": _WIKIPEDIA, "tavily": _TAVILY}.get(name, "")
    if not url:
        raise SettingError("var search_provider is searxng; set the var search_url to its address")
    if name == "tavily":
        if environment.search_key is None:
            raise SettingError("var search_provider is tavily; set TAVILY_API_KEY")
        headers["Authorization"] = f"Bearer {environment.search_key.get_secret_value()}"
    client = httpx.Client(timeout=settings.search_timeout_s, headers=headers)
    return OnlineSearch(
        name, searches[name], url, client, settings.evidence_passages, settings.evidence_words
    )
