"""The embedded text model: one server at a time, with the currently best number of threads.

The server is kept here because dbt loads every Python model as a separate module, but imports this
package once. llm.threads chooses and watches its threads; a change restarts it between two calls.
Clients do not notice, since their transport knows the current address.
"""

import atexit
import os
import sys
import threading
from pathlib import Path

import httpx2 as httpx

from python_udfs.llm.server import (
    LOOPBACK,
    Served,
    Server,
    measured,
    start_server,
    timings_of,
)
from python_udfs.llm.threads import Speed, Threads, thread_counts

__all__ = ["EmbeddedEndpoint", "start_embedded", "stop_embedded"]


class EmbeddedEndpoint(httpx.BaseTransport):
    """The transport of OpenAI clients to the running server, even after restarts.

    No proxy of the environment is used: clients with a transport ignore it.
    """

    # Never resolved: the server's address and key are inserted.
    base_url = "http://embedded.invalid/v1"

    def __init__(self, served: Served) -> None:
        self.model = served.model_path.stem
        self._served = served
        self._server: Server | None = None
        self._connections = httpx.HTTPTransport()
        self._change = threading.Condition()
        self._n_in_flight = 0
        self.threads = Threads(thread_counts(served.threads), self._measure)

    def start(self) -> None:
        """Start the server with the currently best number of threads, unless one runs well.

        Waits for calls in flight.
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
        """Send a request to the currently best server."""
        with self._change:
            self.start()
            assert self._server is not None  # noqa: S101 (start raises or sets it)
            server, connections = self._server, self._connections
            self._n_in_flight += 1
        try:
            request.url = request.url.copy_with(scheme="http", host=LOOPBACK, port=server.port)
            request.headers["host"] = f"{LOOPBACK}:{server.port}"
            request.headers["authorization"] = f"Bearer {server.key}"
            response = connections.handle_request(request)
            response.read()
        except httpx.TimeoutException:
            # Timed out: this is the only place that sees it.
            with self._change:
                self.threads.give_up()
            raise
        finally:
            with self._change:
                self._n_in_flight -= 1
                self._change.notify_all()
        timings = timings_of(response)
        if timings is not None:
            with self._change:
                self.threads.observe(timings)
        return response

    def _serve(self, n_threads: int) -> None:
        if self._server is None or self._server.n_threads != n_threads:
            self._end()  # frees the old server before the new one loads
            self._server = start_server(self._served, n_threads)

    def _end(self) -> None:
        self._server = None
        self._connections.close()
        self._connections = httpx.HTTPTransport()

    def _measure(self, n_threads: int, within_s: float) -> Speed | None:
        self._serve(n_threads)
        assert self._server is not None  # noqa: S101 (_serve raises or sets it)
        return measured(self._server, within_s)


_holding = threading.Lock()
_held: dict[Served, EmbeddedEndpoint] = {}


def start_embedded(
    model_path: Path, *, context_tokens: int, projector: Path | None = None, threads: int = 0
) -> EmbeddedEndpoint:
    """Return the endpoint of the embedded model, starting its server on the first call.

    `context_tokens` bounds prompt plus reply. `projector` is a multimodal GGUF for the model.
    If `threads` is 0, the best number is measured for some seconds and watched. A call with other
    arguments replaces the server. Raises ModelFileError if the library is missing or a file cannot
    be loaded as a model.
    """
    served = Served(
        model_path=model_path.resolve(),
        context_tokens=context_tokens,
        projector=projector.resolve() if projector else None,
        threads=threads,
        pid=os.getpid(),
    )
    with _holding:
        if served not in _held:
            _stop()
            _held[served] = EmbeddedEndpoint(served)
        endpoint = _held[served]
        endpoint.start()
    return endpoint


def stop_embedded() -> None:
    """Stop the server, if one runs, and free its memory."""
    with _holding:
        _stop()


def _stop() -> None:
    while _held:
        _held.popitem()[1].stop()


atexit.register(stop_embedded)


def _say(threads: Threads) -> None:
    speed = threads.speed
    sys.stderr.write(
        f"embedded model: {threads.number} of {threads.counts[-1]} threads, reads "
        f"{speed.read_per_s:.0f} and writes {speed.written_per_s:.0f} tokens a second here\n"
    )
    sys.stderr.flush()
