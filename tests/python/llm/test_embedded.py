"""The embedded server: one per process, closed to others, an OpenAI-compatible endpoint."""

import http.server
import importlib.abc
import importlib.machinery
import json
import sys
import threading
import types
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import openai
import pytest

from python_udfs.errors import ModelFileError
from python_udfs.llm import clients
from python_udfs.llm.embedded import EmbeddedEndpoint, start_embedded, stop_embedded
from python_udfs.llm.endpoints import resolve_endpoint
from python_udfs.llm.model_files import TEXT_MODEL
from python_udfs.settings import Environment
from tests.python.conftest import MakeSettings


class FakeParams:
    """Takes every attribute, as the library's parameters do."""

    def __init__(self) -> None:
        self.model = types.SimpleNamespace(path="")
        self.mmproj = types.SimpleNamespace(path="")
        self.cpuparams = types.SimpleNamespace(n_threads=0)
        self.cpuparams_batch = types.SimpleNamespace(n_threads=0)


class Served(http.server.BaseHTTPRequestHandler):
    """Replies like the server: its threads and key, and the timings of the call."""

    def do_POST(self) -> None:
        params = self.server.params  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers["content-length"]))
        if self.path != "/completion":
            MAY_REPLY.wait()
        n_threads = params.cpuparams.n_threads
        has_key = self.headers["authorization"] == f"Bearer {params.api_keys[0]}"
        rate = SPEED[n_threads] / 1000
        body = json.dumps(
            {
                "n_threads": n_threads,
                "timings": {
                    "prompt_n": 64, "prompt_ms": 64 / rate,
                    "predicted_n": 16, "predicted_ms": 16 / rate,
                },
            }
        ).encode()  # fmt: skip
        self.send_response(200 if has_key else 401)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


SPEED: dict[int, float] = {}
# Cleared, calls (not measurements) are answered only when it is set.
MAY_REPLY = threading.Event()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Replace the library by servers on the loopback; the list holds the parameters of each."""
    servers: list[Any] = []
    listening: list[http.server.ThreadingHTTPServer] = []
    MAY_REPLY.set()
    SPEED.clear()
    SPEED.update({1: 20.0, 2: 40.0})

    class FakeServer:
        def __init__(self, params: Any) -> None:
            if "broken" in params.model.path:
                raise RuntimeError("Failed to init server")
            servers.append(params)
            server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Served)
            server.params = params
            threading.Thread(target=server.serve_forever, daemon=True).start()
            listening.append(server)
            self.listening_address = f"http://127.0.0.1:{server.server_port}"

    library: Any = types.ModuleType("xllamacpp")
    library.CommonParams, library.Server = FakeParams, FakeServer
    monkeypatch.setitem(sys.modules, "xllamacpp", library)
    monkeypatch.setattr("joblib.cpu_count", lambda: 2)
    stop_embedded()
    yield servers
    stop_embedded()
    for server in listening:
        server.shutdown()
        server.server_close()


def ask(endpoint: EmbeddedEndpoint, timeout_s: float | None = None) -> Any:
    with httpx.Client(transport=endpoint, timeout=timeout_s) as client:
        return client.post(f"{endpoint.base_url}/chat/completions", json={}).json()


def test_the_server_starts_once_and_is_shared(started: list[Any]) -> None:
    first = start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)
    again = start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)
    assert again is first
    assert len(started) == 1
    assert first.model == "m"
    assert ask(first)["n_threads"] == ask(again)["n_threads"] == 2


def test_other_arguments_replace_the_server(started: list[Any]) -> None:
    start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)
    start_embedded(Path("m.gguf"), threads=2, context_tokens=4096, projector=Path("p.gguf"))
    assert [params.n_ctx for params in started] == [2048, 4096]
    assert started[1].mmproj.path.endswith("p.gguf")


def test_a_stopped_server_starts_again_with_another_key(started: list[Any]) -> None:
    start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)
    stop_embedded()
    start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)
    assert started[0].api_keys != started[1].api_keys


def test_it_is_closed_to_others(started: list[Any]) -> None:
    endpoint = start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)
    (params,) = started
    assert params.hostnames == ["127.0.0.1"]
    assert len(params.api_keys[0]) > 30
    assert params.cors_origins != "*"
    assert params.cors_credentials is False
    assert params.api_keys[0] not in repr(endpoint)


@pytest.mark.parametrize(("speeds", "best"), [((20.0, 40.0), 2), ((20.0, 4.0), 1)])
def test_the_number_of_threads_is_measured(
    started: list[Any],
    speeds: tuple[float, float],
    best: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    SPEED.update(enumerate(speeds, start=1))
    endpoint = start_embedded(Path("m.gguf"), context_tokens=2048)
    assert ask(endpoint)["n_threads"] == best
    assert f"{best} of 2 threads" in capsys.readouterr().err


def test_a_collapse_changes_the_server_between_two_calls(started: list[Any]) -> None:
    endpoint = start_embedded(Path("m.gguf"), context_tokens=2048)
    assert [ask(endpoint)["n_threads"] for _ in range(2)] == [2, 2]
    SPEED[2] = 2.0
    assert [ask(endpoint)["n_threads"] for _ in range(3)] == [2, 1, 1]


def test_a_call_that_times_out_changes_the_server_too(started: list[Any]) -> None:
    endpoint = start_embedded(Path("m.gguf"), context_tokens=2048)
    assert ask(endpoint)["n_threads"] == 2
    SPEED[2] = 2.0
    MAY_REPLY.clear()
    with pytest.raises(httpx.ReadTimeout):
        ask(endpoint, timeout_s=0.2)
    MAY_REPLY.set()
    assert ask(endpoint)["n_threads"] == 1


def test_calls_on_their_way_end_before_the_server_changes(started: list[Any]) -> None:
    endpoint = start_embedded(Path("m.gguf"), context_tokens=2048)
    SPEED[2] = 2.0
    with ThreadPoolExecutor(8) as pool:
        found = [future.result() for future in [pool.submit(ask, endpoint) for _ in range(40)]]
    assert {reply["n_threads"] for reply in found} == {1, 2}


def test_no_proxy_of_the_environment_stands_between(
    started: list[Any], monkeypatch: pytest.MonkeyPatch, make_settings: MakeSettings
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(clients, "ensure_text_model", lambda _: Path("m.gguf"))
    settings = make_settings(model="", base_url_text="")
    endpoint = resolve_endpoint("text", settings, Environment())
    client = clients.connect(endpoint, settings, Environment()).client
    reply = client.chat.completions.with_raw_response.create(
        model=endpoint.model, messages=[{"role": "user", "content": "hello"}]
    )
    assert json.loads(reply.text)["n_threads"] == 2


def test_a_file_that_is_no_model_is_named(started: list[Any]) -> None:
    with pytest.raises(ModelFileError, match=r"broken\.gguf cannot be loaded"):
        start_embedded(Path("broken.gguf"), threads=2, context_tokens=2048)
    assert start_embedded(Path("m.gguf"), threads=2, context_tokens=2048).model == "m"


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_embedded()
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ModelFileError, match=r"tagsmith\[embedded\]"):
        start_embedded(Path("m.gguf"), threads=2, context_tokens=2048)


def test_a_system_without_openmp_uses_that_of_torch(
    started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = sys.modules["xllamacpp"]
    monkeypatch.delitem(sys.modules, "xllamacpp")
    tries: list[str] = []

    class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        def find_spec(self, name: str, *_: Any) -> Any:
            if name != "xllamacpp":
                return None
            tries.append(name)
            if len(tries) == 1:
                raise ImportError("libgomp.so.1: cannot open shared object file")
            return importlib.machinery.ModuleSpec(name, self)

        def create_module(self, spec: Any) -> Any:
            return library

        def exec_module(self, module: Any) -> None:
            """Do nothing."""

    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    assert start_embedded(Path("m.gguf"), threads=2, context_tokens=2048).model == "m"
    assert len(tries) == 2


@pytest.mark.model
def test_the_real_server_speaks_the_protocol() -> None:
    target = Environment.read().cache_dir / TEXT_MODEL.name
    if not target.is_file():
        pytest.skip("the embedded model is not in the cache; `make build` fetches it")
    stop_embedded()
    endpoint = start_embedded(target, threads=2, context_tokens=1024)
    client: Any = openai.OpenAI(
        base_url=endpoint.base_url,
        api_key="none",
        max_retries=0,
        http_client=httpx.Client(transport=endpoint),
    )
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
        assert endpoint._server is not None
        refused = httpx.post(
            f"http://127.0.0.1:{endpoint._server.port}/v1/chat/completions",
            json={},
            trust_env=False,
        )
        assert refused.status_code == 401
    finally:
        stop_embedded()
