"""llama.cpp's OpenAI-compatible server inside this process: started, timed, asked.

It listens on the loopback address only, with a random key.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx

from python_udfs.errors import ModelFileError
from python_udfs.llm.threads import Speed, Timings

__all__ = ["LOOPBACK", "Served", "Server", "measured", "start_server", "timings_of"]

LOOPBACK = "127.0.0.1"

_PROBE = (
    "A retired clockmaker in a small town by the sea finds letters that his late wife never sent, "
    "and follows them from harbour to harbour with a boy who does not speak. What each of them "
    "hides comes out on a winter ferry, in a storm, among people who had meant to forget it all."
)
_PROBE_WRITES = 16


@dataclass(frozen=True)
class Served:
    """What is served; `pid`, since a forked child lacks the server's threads."""

    model_path: Path
    context_tokens: int
    projector: Path | None
    threads: int
    pid: int


@dataclass(frozen=True)
class Server:
    """A running server; it ends when `handle` is no longer referenced."""

    handle: Any
    port: int
    key: str = field(repr=False)
    n_threads: int


# How often a waiting OpenMP thread polls before it sleeps; see docs/decisions/0001.
_SPINS = "3000"


@contextmanager
def _short_spinning() -> Iterator[None]:
    """Make OpenMP threads spin only briefly before they sleep; OpenMP reads this when it loads.

    Threads that keep spinning starve each other if other work shares their cores.
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


def start_server(served: Served, n_threads: int) -> Server:
    """Return a server that has answered once; raises ModelFileError if it cannot start."""
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

    params.hostnames = [LOOPBACK]
    params.port = 0
    params.api_keys = [key]
    params.cors_origins = f"http://{LOOPBACK}"
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
    server = Server(handle, port or 80, key, n_threads)
    # By now weights are loaded and the server's loop runs; a server stopped before that would
    # never end.
    _complete(server, {"prompt": "One", "n_predict": 1}, None)
    return server


def measured(server: Server, within_s: float) -> Speed | None:
    """The speed of one call; None if it takes more than `within_s` seconds or gives no timings."""
    asked = {
        "prompt": _PROBE, "n_predict": _PROBE_WRITES, "cache_prompt": False, "ignore_eos": True
    }  # fmt: skip
    try:
        reply = _complete(server, asked, within_s)
    except httpx.ReadTimeout:
        return None
    timings = timings_of(reply)
    return Speed.of(timings) if timings is not None else None


def _complete(server: Server, asked: dict[str, Any], within_s: float | None) -> httpx.Response:
    return httpx.post(
        f"http://{LOOPBACK}:{server.port}/completion",
        json=asked,
        headers={"Authorization": f"Bearer {server.key}"},
        timeout=within_s,
        trust_env=False,
    )


def timings_of(response: httpx.Response) -> Timings | None:
    """The timings that llama.cpp adds to a reply; None if it has none, as errors do."""
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
