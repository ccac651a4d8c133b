"""The embedded text model: llama.cpp's OpenAI-compatible server inside this process.

One server at a time, held here because dbt loads every Python model as a module of its own while
this package is imported once. It listens on the loopback address only, with a random key.
"""

import atexit
import os
import secrets
import threading
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


_lock = threading.Lock()
_running: _Running | None = None


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
    Raises ModelFileError if a file cannot be loaded as a model.
    """
    global _running
    request = _Request(
        model_path.resolve(),
        threads,
        context_tokens,
        projector.resolve() if projector else None,
        os.getpid(),
    )
    with _lock:
        if _running is None or _running.request != request:
            _running = None  # frees the old server before the new one loads
            _running = _start(request)
        return _running.endpoint


def stop_embedded() -> None:
    """Stop the server, if one runs, and free its memory."""
    global _running
    with _lock:
        _running = None


def _start(request: _Request) -> _Running:
    import xllamacpp

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


atexit.register(stop_embedded)
