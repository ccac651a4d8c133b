"""The embedded server: one per process, closed to others, an OpenAI-compatible endpoint."""

import json
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from python_udfs.errors import ModelFileError
from python_udfs.llm.embedded import start_embedded, stop_embedded
from python_udfs.llm.model_files import TEXT_MODEL
from python_udfs.settings import Environment


class FakeParams:
    """Takes every attribute, as the library's parameters do."""

    def __init__(self) -> None:
        self.model = types.SimpleNamespace(path="")
        self.mmproj = types.SimpleNamespace(path="")
        self.cpuparams = types.SimpleNamespace(n_threads=0)
        self.cpuparams_batch = types.SimpleNamespace(n_threads=0)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Replace the library; the list holds the parameters of each server that was started."""
    servers: list[Any] = []

    class FakeServer:
        def __init__(self, params: Any) -> None:
            if "broken" in params.model.path:
                raise RuntimeError("Failed to init server")
            servers.append(params)
            self.listening_address = f"http://127.0.0.1:{5000 + len(servers)}"

    library: Any = types.ModuleType("xllamacpp")
    library.CommonParams, library.Server = FakeParams, FakeServer
    monkeypatch.setitem(sys.modules, "xllamacpp", library)
    stop_embedded()
    yield servers
    stop_embedded()


def test_the_server_starts_once_and_is_shared(started: list[Any]) -> None:
    first = start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)
    assert start_embedded(Path("m.gguf"), threads=2, context_tokens=2048) is first
    assert len(started) == 1
    assert first.base_url == "http://127.0.0.1:5001/v1"
    assert first.model == "m"


def test_other_arguments_replace_the_server(started: list[Any]) -> None:
    start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)
    start_embedded(Path("m.gguf"), threads=2, context_tokens=4096, projector=Path("p.gguf"))
    assert [params.n_ctx for params in started] == [2048, 4096]
    assert started[1].mmproj.path.endswith("p.gguf")


def test_a_stopped_server_starts_again_with_another_key(started: list[Any]) -> None:
    first = start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)
    stop_embedded()
    second = start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)
    assert first.api_key != second.api_key


def test_it_is_closed_to_others(started: list[Any]) -> None:
    endpoint = start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)
    (params,) = started
    assert params.hostnames == ["127.0.0.1"]
    assert params.api_keys == [endpoint.api_key]
    assert params.cors_origins != "*"
    assert params.cors_credentials is False
    assert endpoint.api_key not in repr(endpoint)


def test_a_file_that_is_no_model_is_named(started: list[Any]) -> None:
    with pytest.raises(ModelFileError, match=r"broken\.gguf cannot be loaded"):
        start_embedded(Path("broken.gguf"), threads=2, context_tokens=2048)
    assert start_embedded(Path("m.gguf"), threads=2, context_tokens=2048).model == "m"


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_embedded()
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ModelFileError, match=r"tagsmith\[embedded\]"):
        start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)


@pytest.mark.model
def test_the_real_server_speaks_the_protocol() -> None:
    target = Environment.read().cache_dir / TEXT_MODEL.name
    if not target.is_file():
        pytest.skip("the embedded model is not in the cache; a build fetches it")
    stop_embedded()
    endpoint = start_embedded(target, threads=2, context_tokens=1024)
    client: Any = openai.OpenAI(base_url=endpoint.base_url, api_key=endpoint.api_key, max_retries=0)
    schema = {"type": "object", "properties": {"yes": {"type": "boolean"}}, "required": ["yes"]}
    long_prefix = "A film about a storm at sea. " * 10
    try:
        asked: dict[str, Any] = {"model": endpoint.model, "temperature": 0, "max_tokens": 1}
        for question in ("Is it about a storm?", "Is it about school?"):
            content = f"{long_prefix}\n{question} Answer Yes or No."
            reply = client.chat.completions.create(
                **asked,
                messages=[{"role": "user", "content": content}],
                logprobs=True,
                top_logprobs=20,
            )
            assert reply.choices[0].logprobs and reply.choices[0].logprobs.content
            assert len(reply.choices[0].logprobs.content[0].top_logprobs) == 20
        assert reply.usage and reply.usage.prompt_tokens_details
        assert (reply.usage.prompt_tokens_details.cached_tokens or 0) > 50

        shaped = client.chat.completions.create(
            **(asked | {"max_tokens": 60}),
            messages=[{"role": "user", "content": 'Is water wet? Answer {"yes":true} or false.'}],
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "verdict", "schema": schema, "strict": True},
            },
        )
        assert isinstance(json.loads(shaped.choices[0].message.content or "")["yes"], bool)

        with pytest.raises(openai.BadRequestError, match="exceeds the available context size"):
            client.chat.completions.create(
                **asked, messages=[{"role": "user", "content": "word " * 2000}]
            )
        with pytest.raises(openai.AuthenticationError):
            client.with_options(api_key="wrong").chat.completions.create(
                **asked, messages=[{"role": "user", "content": "hello"}]
            )
    finally:
        stop_embedded()
