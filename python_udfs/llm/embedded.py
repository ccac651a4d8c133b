"""The embedded text model: llama.cpp's OpenAI-compatible server inside this process.

One server at a time, held here because dbt loads every Python model as a module of its own while
this package is imported once. It listens on the loopback address only, with a random key.
"""

import atexit
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_udfs.errors import ModelFileError

__all__ = ["EmbeddedEndpoint", "start_embedded", "stop_embedded"]


@dataclass(frozen=True)
class EmbeddedEndpoint:
    """Where the server answers: what an OpenAI client needs. The key lives as long as it."""

    base_url: str
    api_key: str = field(repr=False)
    model: str


@dataclass(frozen=True)
class _Request:
    """What a server was started with; `pid`, since a forked child has none of its threads."""

    model_path: Path
    threads: int
    context_tokens: int
    projector: Path | None
    pid: int


@dataclass(frozen=True)
class _Running:
    request: _Request
    server: Any
    endpoint: EmbeddedEndpoint


class _Host:
    """Holds the one server of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: _Running | None = None

    def start(self, request: _Request) -> EmbeddedEndpoint:
        with self._lock:
            if self._running is None or self._running.request != request:
                self._running = None  # frees the old server before the new one loads
                self._running = _start(request)
            return self._running.endpoint

    def stop(self) -> None:
        with self._lock:
            self._running = None


_host = _Host()
atexit.register(_host.stop)


def start_embedded(
    model_path: Path,
    *,
    threads: int,
    context_tokens: int,
    projector: Path | None = None,
) -> EmbeddedEndpoint:
    """Return the endpoint of the embedded model, starting its server on the first call.

    `context_tokens` bounds prompt plus reply. `projector` is a multimodal GGUF beside the model.
    A call with other arguments replaces the server. Loading takes seconds.
    Raises ModelFileError if the library is missing or a file cannot be loaded as a model.
    """
    return _host.start(
        _Request(
            model_path=model_path.resolve(),
            threads=threads,
            context_tokens=context_tokens,
            projector=projector.resolve() if projector else None,
            pid=os.getpid(),
        )
    )


def stop_embedded() -> None:
    """Stop the server, if one runs, and free its memory."""
    _host.stop()


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


def _start(request: _Request) -> _Running:
    try:
        with _short_spinning():
            import xllamacpp
    except ImportError as error:
        raise ModelFileError(
            "The embedded model needs the package xllamacpp. Install tagsmith[embedded], or name "
            "a model endpoint (OPENAI_BASE_URL, OPENAI_API_KEY)."
        ) from error

    key = secrets.token_urlsafe(32)
    params = xllamacpp.CommonParams()
    params.model.path = str(request.model_path)
    if request.projector:
        params.mmproj.path = str(request.projector)
    params.model_alias = {request.model_path.stem}
    params.offline = True
    params.verbosity = -1

    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.cors_origins = "http://127.0.0.1"
    params.cors_origins_explicit = True
    params.cors_credentials = False
    params.ui = False
    params.endpoint_slots = False

    params.n_ctx = request.context_tokens
    params.n_parallel = 1
    params.cpuparams.n_threads = request.threads
    params.cpuparams_batch.n_threads = request.threads
    params.warmup = False
    try:
        server = xllamacpp.Server(params)
    except Exception as error:
        raise ModelFileError(
            f"The model {request.model_path} cannot be loaded by the embedded server ({error}). "
            "Check the file, its projector and the free memory."
        ) from error
    endpoint = EmbeddedEndpoint(f"{server.listening_address}/v1", key, request.model_path.stem)
    return _Running(request, server, endpoint)
