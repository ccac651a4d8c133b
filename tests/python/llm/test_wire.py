"""What leaves for an endpoint."""

from __future__ import annotations

import httpx2 as httpx
import openai

from python_udfs.llm.wire import Connection


def test_a_call_leaves_as_the_client_would_send_it() -> None:
    seen: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    with httpx.Client(transport=httpx.MockTransport(reply)) as http:
        client = openai.OpenAI(
            base_url="https://a.example/v1",
            api_key="sk-test",
            organization="us",
            default_query={"api-version": "2026-01-01"},
            http_client=http,
        )
        body = {"model": "m", "messages": [{"role": "user", "content": "caf\u00e9"}]}
        client.post("/chat/completions", cast_to=httpx.Response, body=body)
        assert Connection(client, http).exchange(body).status == 200
    theirs, ours = seen
    assert (ours.method, ours.url, ours.content) == (theirs.method, theirs.url, theirs.content)
    added = {"x-stainless-retry-count", "x-stainless-read-timeout"}
    assert {k: v for k, v in theirs.headers.items() if k not in added} == dict(ours.headers)
