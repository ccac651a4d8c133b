"""One HTTP exchange with an endpoint, with one deadline for all of it; never raises."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx2 as httpx
import openai

from python_udfs.llm.failures import ErrorClass

__all__ = ["Wire", "exchange", "http_client"]


@dataclass(frozen=True)
class Wire:
    """What came back: a status with headers and text, or the failure that left none."""

    status: int = 0
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    failure: ErrorClass | None = None
    said: str = ""


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


def exchange(client: openai.OpenAI, request: dict[str, Any]) -> Wire:
    """Send one request for a chat completion and return what came back."""
    try:
        response = client.post("/chat/completions", cast_to=httpx.Response, body=request)
    except openai.APIStatusError as error:
        response = error.response
    except openai.APITimeoutError as error:
        is_unsent = isinstance(error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout)
        failure = ErrorClass.UNREACHABLE if is_unsent else ErrorClass.TIMEOUT
        return Wire(failure=failure, said=str(error))
    except openai.APIConnectionError as error:
        is_unsent = isinstance(error.__cause__, httpx.ConnectError | httpx.UnsupportedProtocol)
        failure = ErrorClass.UNREACHABLE if is_unsent else ErrorClass.CONNECTION_LOST
        return Wire(failure=failure, said=f"{error} {error.__cause__ or ''}".strip())
    return Wire(response.status_code, response.text, response.headers)
