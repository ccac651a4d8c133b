"""HTTP exchanges with an endpoint, each with one deadline for all of it; they never raise."""

from __future__ import annotations

import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx2 as httpx
import openai

from python_udfs.llm.calls import compact
from python_udfs.llm.failures import ErrorClass

__all__ = ["Connection", "Connections", "Wire", "http_client"]

# Nothing of the request has left.
_UNSENT = (
    httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ConnectError, httpx.UnsupportedProtocol,
)  # fmt: skip


@dataclass(frozen=True)
class Wire:
    """What came back: a status with headers and text, or the failure that left none."""

    status: int = 0
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    failure: ErrorClass | None = None
    said: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the endpoint says that it did what was asked."""
        return 200 <= self.status < 300


class _Until(httpx.SyncByteStream):
    """A body that must be complete by `ends`; httpx alone limits the time between two bytes."""

    def __init__(self, stream: httpx.SyncByteStream, ends: float) -> None:
        self._stream, self._ends = stream, ends

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            if time.monotonic() > self._ends:
                raise httpx.ReadTimeout("the reply was not complete in time")
            yield piece

    def close(self) -> None:
        self._stream.close()


@cache
def _tls() -> ssl.SSLContext:
    """The certificates, which take 20 ms to load."""
    return httpx.create_ssl_context()


def http_client(limit_s: float, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return a client whose replies must be complete `limit_s` seconds after the request.

    It has one connection: a pool looks at all of its connections before and after each call.
    """

    def began(request: httpx.Request) -> None:
        request.extensions["ends"] = time.monotonic() + limit_s

    def answered(response: httpx.Response) -> None:
        ends = response.request.extensions["ends"]
        left = max(ends - time.monotonic(), 0.001)
        response.request.extensions.setdefault("timeout", {})["read"] = left
        if isinstance(response.stream, httpx.SyncByteStream):
            response.stream = _Until(response.stream, ends)

    return openai.DefaultHttpxClient(
        transport=transport,
        timeout=limit_s,
        limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
        verify=_tls(),
        event_hooks={"request": [began], "response": [answered]},
    )


class Connection:
    """One connection to an endpoint, with the address and headers of the openai `client`.

    The client builds each request anew and checks it, which takes as long as sending it: so calls
    go to its `http` client as bytes. All else (files, batches) goes through the client.
    """

    def __init__(self, client: openai.OpenAI, http: httpx.Client) -> None:
        self.client = client
        self._http = http
        query = {name: str(value) for name, value in client.default_query.items()}
        self._url = httpx.URL(f"{client.base_url}chat/completions", params=query)
        own = {**client.default_headers, **client.auth_headers}
        self._headers = http.headers.copy()
        self._headers.update({name: told for name, told in own.items() if isinstance(told, str)})

    def exchange(self, request: dict[str, Any]) -> Wire:
        """Send one request for a chat completion and return what came back."""
        content = compact(request).encode()
        limits = {"timeout": self._http.timeout.as_dict()}
        sent = httpx.Request(
            "POST", self._url, headers=self._headers, content=content, extensions=limits
        )
        try:
            response = self._http.send(sent)
        except httpx.RequestError as error:
            return Wire(failure=_failure_of(error), said=f"{type(error).__name__}: {error}")
        return Wire(response.status_code, response.text, response.headers)


class Connections:
    """Connections to one endpoint, one for each call in flight.

    `connect` is first called at the first call, so that a run without questions does not load an
    embedded model.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._all: list[Connection] = []
        self._idle: deque[Connection] = deque()
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Open the first connection; a model that cannot be loaded is told here."""
        with self._lock:
            if not self._all:
                self._idle.append(self._open())

    def exchange(self, request: dict[str, Any]) -> Wire:
        """Send a request by a connection that no other call uses."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            return connection.exchange(request)
        finally:
            self._idle.append(connection)

    def close(self) -> None:
        """Close all connections."""
        for connection in self._all:
            connection.client.close()

    def _open(self) -> Connection:
        connection = self._connect()
        self._all.append(connection)
        return connection


def _failure_of(error: httpx.RequestError) -> ErrorClass:
    if isinstance(error, _UNSENT):
        return ErrorClass.UNREACHABLE
    is_late = isinstance(error, httpx.TimeoutException)
    return ErrorClass.TIMEOUT if is_late else ErrorClass.CONNECTION_LOST
