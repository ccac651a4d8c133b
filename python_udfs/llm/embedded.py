"""The embedded text model: llama.cpp's OpenAI-compatible server inside this process.

One server at a time, held here because dbt loads every Python model as a module of its own while
this package is imported once. It listens on the loopback address only, with a random key. Its
number of threads is chosen and watched (llm.threads); a change starts it anew between two calls,
which clients do not notice: they speak through a transport that knows where it answers.
"""

import atexit
import os
import secrets
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx

from python_udfs.errors import ModelFileError
from python_udfs.llm.threads import Speed, Threads, Timings, thread_counts

__all__ = ["EmbeddedEndpoint", "start_embedded", "stop_embedded"]

_LOOPBACK = "127.0.0.1"
# Never looked up: the transport puts in where the server answers, and its key.
_ANYWHERE = "http://embedded.invalid/v1"

_PROBE = (
    "A retired clockmaker in a small town by the sea finds letters that his late wife never sent, "
    "and follows them from harbour to harbour with a boy who does not speak. What each of them "
    "hides comes out on a winter ferry, in a storm, among people who had meant to forget it all."
)
_PROBE_WRITES = 16


@dataclass(frozen=True)
class EmbeddedEndpoint:
    """What an OpenAI client needs to speak with the server, and how fast that is."""

    model: str
    transport: httpx.BaseTransport
    threads: Threads
    base_url: str = _ANYWHERE


@dataclass(frozen=True)
class _Served:
    """What is served; `pid`, since a forked child has none of the server's threads."""

    model_path: Path
    context_tokens: int
    projector: Path | None
    threads: int
    pid: int


@dataclass(frozen=True)
class _Server:
    """A running server; it ends when nothing refers to `handle` any more."""

    handle: Any
    port: int
    key: str
    n_threads: int


class _Transport(httpx.BaseTransport):
    """Sends to the server that runs now, however often it was started anew.

    No proxy of the environment stands between: clients ask for none where they get a transport.
    """

    def __init__(self, served: _Served) -> None:
        self._served = served
        self._server: _Server | None = None
        self._connections = httpx.HTTPTransport()
        self._change = threading.Condition()
        self._n_in_flight = 0
        self.threads = Threads(thread_counts(served.threads), self._measure)

    def start(self) -> None:
        """Start the server with the number of threads that is best now, unless one runs well.

        Calls that are on their way end before.
        """
        with self._change:
            self._change.wait_for(lambda: not (self.threads.is_due and self._n_in_flight))
            if self.threads.is_due:
                self._serve(self.threads.choose())
                _say(self.threads)

    def stop(self) -> None:
        """End the server and free its memory; the next call starts it again."""
        with self._change:
            self._end()
            self.threads.is_due = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the server that is best now."""
        with self._change:
            self.start()
            assert self._server is not None  # noqa: S101 (start raises or sets it)
            server, connections = self._server, self._connections
            self._n_in_flight += 1
        try:
            request.url = request.url.copy_with(scheme="http", host=_LOOPBACK, port=server.port)
            request.headers["host"] = f"{_LOOPBACK}:{server.port}"
            request.headers["authorization"] = f"Bearer {server.key}"
            response = connections.handle_request(request)
            response.read()
        except httpx.TimeoutException:
            # So slow that it was given up: nothing else tells of it.
            with self._change:
                self.threads.give_up()
            raise
        finally:
            with self._change:
                self._n_in_flight -= 1
                self._change.notify_all()
        timings = _timings(response)
        if timings is not None:
            with self._change:
                self.threads.observe(timings)
        return response

    def _serve(self, n_threads: int) -> None:
        if self._server is None or self._server.n_threads != n_threads:
            self._end()  # frees the old server before the new one loads
            self._server = _start(self._served, n_threads)

    def _end(self) -> None:
        self._server = None
        self._connections.close()
        self._connections = httpx.HTTPTransport()

    def _measure(self, n_threads: int, within_s: float) -> Speed | None:
        self._serve(n_threads)
        assert self._server is not None  # noqa: S101 (_serve raises or sets it)
        return _measured(self._server, within_s)


_holding = threading.Lock()
_held: dict[_Served, _Transport] = {}


def start_embedded(
    model_path: Path, *, context_tokens: int, projector: Path | None = None, threads: int = 0
) -> EmbeddedEndpoint:
    """Return the endpoint of the embedded model, starting its server on the first call.

    `context_tokens` bounds prompt plus reply. `projector` is a multimodal GGUF beside the model.
    `threads` of 0 are measured, for some seconds, and watched. A call with other arguments replaces
    the server. Raises ModelFileError if the library is missing or a file cannot be loaded as a
    model.
    """
    served = _Served(
        model_path=model_path.resolve(),
        context_tokens=context_tokens,
        projector=projector.resolve() if projector else None,
        threads=threads,
        pid=os.getpid(),
    )
    with _holding:
        if served not in _held:
            _stop()
            _held[served] = _Transport(served)
        transport = _held[served]
        transport.start()
    return EmbeddedEndpoint(served.model_path.stem, transport, transport.threads)


def stop_embedded() -> None:
    """Stop the server, if one runs, and free its memory."""
    with _holding:
        _stop()


def _stop() -> None:
    while _held:
        _held.popitem()[1].stop()


atexit.register(stop_embedded)


# How often a waiting OpenMP thread looks again before it sleeps; see docs/decisions/0001.
_SPINS = "3000"


@contextmanager
def _short_spinning() -> Iterator[None]:
    """Let OpenMP, which reads this once as it loads, spin for a moment only before it sleeps.

    Threads that spin on and on starve each other where anything else shares their cores.
    """
    before = os.environ.get("GOMP_SPINCOUNT")
    os.environ["GOMP_SPINCOUNT"] = before or _SPINS
    try:
        yield
    finally:
        if before is None:
            del os.environ["GOMP_SPINCOUNT"]


def _library() -> Any:
    with _short_spinning():
        try:
            import xllamacpp
        except ImportError as error:
            if "libgomp" not in str(error):
                raise
            # A plain Debian or Ubuntu lacks OpenMP's library; torch loads one of the same name.
            import python_udfs.torch_first  # noqa: F401

            # isort: split
            import xllamacpp
    return xllamacpp


def _start(served: _Served, n_threads: int) -> _Server:
    try:
        xllamacpp = _library()
    except ImportError as error:
        raise ModelFileError(
            f"The embedded model needs the package xllamacpp ({error}). Install "
            "tagsmith[embedded], or name a model endpoint (OPENAI_BASE_URL, OPENAI_API_KEY)."
        ) from error

    key = secrets.token_urlsafe(32)
    params = xllamacpp.CommonParams()
    params.model.path = str(served.model_path)
    if served.projector:
        params.mmproj.path = str(served.projector)
    params.model_alias = {served.model_path.stem}
    params.offline = True
    params.verbosity = -1

    params.hostnames = [_LOOPBACK]
    params.port = 0
    params.api_keys = [key]
    params.cors_origins = f"http://{_LOOPBACK}"
    params.cors_origins_explicit = True
    params.cors_credentials = False
    params.ui = False
    params.endpoint_slots = False

    params.n_ctx = served.context_tokens
    params.n_parallel = 1
    params.cpuparams.n_threads = n_threads
    params.cpuparams_batch.n_threads = n_threads
    params.warmup = False
    try:
        handle = xllamacpp.Server(params)
    except Exception as error:
        raise ModelFileError(
            f"The model {served.model_path} cannot be loaded by the embedded server ({error}). "
            "Check the file, its projector and the free memory."
        ) from error
    port = httpx.URL(handle.listening_address).port
    server = _Server(handle, port or 80, key, n_threads)
    # The weights are read from the disk, and the server's own loop runs: one that is ended before
    # it came that far never ends.
    _complete(server, {"prompt": "One", "n_predict": 1}, None)
    return server


def _measured(server: _Server, within_s: float) -> Speed | None:
    """The speed of one call, None if it takes more seconds than that."""
    asked = {
        "prompt": _PROBE, "n_predict": _PROBE_WRITES, "cache_prompt": False, "ignore_eos": True
    }  # fmt: skip
    try:
        reply = _complete(server, asked, within_s)
    except httpx.ReadTimeout:
        return None
    timings = _timings(reply)
    return Speed.of(timings) if timings is not None else None


def _complete(server: _Server, asked: dict[str, Any], within_s: float | None) -> httpx.Response:
    return httpx.post(
        f"http://{_LOOPBACK}:{server.port}/completion",
        json=asked,
        headers={"Authorization": f"Bearer {server.key}"},
        timeout=within_s,
        trust_env=False,
    )


def _timings(response: httpx.Response) -> Timings | None:
    """What llama.cpp adds to a reply; None for a reply without, as an error is."""
    try:
        found = response.json()["timings"]
        return Timings(
            int(found["prompt_n"]),
            found["prompt_ms"] / 1000,
            int(found["predicted_n"]),
            found["predicted_ms"] / 1000,
        )
    except (ValueError, KeyError, TypeError):
        return None


def _say(threads: Threads) -> None:
    speed = threads.speed
    sys.stderr.write(
        f"embedded model: {threads.number} of {threads.counts[-1]} threads, reads "
        f"{speed.read_per_s:.0f} and writes {speed.written_per_s:.0f} tokens a second here\n"
    )
    sys.stderr.flush()
