"""OpenAI clients for endpoints; one code path for hosted and embedded models."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import httpx2 as httpx
import openai

from python_udfs.llm.embedded import EmbeddedEndpoint, start_embedded
from python_udfs.llm.endpoints import Endpoint
from python_udfs.llm.model_files import ensure_text_model, verify_user_model
from python_udfs.llm.wire import Connection, http_client
from python_udfs.settings import Environment, Runtime

__all__ = ["concurrency", "connect", "serve_embedded"]

_HOSTED_CONCURRENCY = 8
# A server without keys still gets an Authorization header, since the client requires a key.
_NO_KEY = "none"


def serve_embedded(settings: Runtime, environment: Environment) -> EmbeddedEndpoint:
    """Return the embedded model's endpoint; the first call fetches, verifies and starts it."""
    own, projector = settings.embedded_model_path, settings.embedded_projector_path
    return start_embedded(
        verify_user_model(Path(own)) if own else ensure_text_model(environment.cache_dir),
        context_tokens=settings.embedded_context_tokens,
        projector=verify_user_model(Path(projector)) if projector else None,
        threads=settings.embedded_threads,
    )


def connect(endpoint: Endpoint, settings: Runtime, environment: Environment) -> Connection:
    """Return a connection to `endpoint`; starts the embedded server.

    The client never retries by itself: each attempt must be a row of the ledger.
    """
    transport: httpx.BaseTransport | None = None
    if endpoint.is_embedded:
        transport = serve_embedded(settings, environment)
        base_url, key = transport.base_url, _NO_KEY
    else:
        base_url = endpoint.base_url
        # A key is for one place: that of the role's own endpoint never goes elsewhere.
        secret = environment.fallback_key if endpoint.is_elsewhere else environment.api_key
        key = secret.get_secret_value() if secret is not None else _NO_KEY
    # Azure puts the version of its interface behind the address: ...?api-version=...
    address = urlsplit(base_url)
    http = http_client(settings.request_timeout_s, transport)
    client = openai.OpenAI(
        base_url=urlunsplit(address._replace(query="")),
        default_query=dict(parse_qsl(address.query)),
        api_key=key,
        max_retries=0,
        timeout=settings.request_timeout_s,
        http_client=http,
    )
    return Connection(client, http)


def concurrency(endpoint: Endpoint, settings: Runtime) -> int:
    """Return the maximum of calls in flight (1 is fastest for the embedded model)."""
    if settings.max_concurrency:
        return settings.max_concurrency
    return 1 if endpoint.is_embedded else _HOSTED_CONCURRENCY
