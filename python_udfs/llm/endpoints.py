"""Model and address for a role."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pyarrow as pa

from python_udfs.errors import SettingError
from python_udfs.modalities import MODALITIES
from python_udfs.settings import Environment, Runtime

# Each evaluator is a role too, under its name.
ROLES = (*MODALITIES, "reason")
EMBEDDED_MODEL = "qwen2.5-coder-1.5b-instruct-q4_k_m"
_USUAL = "logprobs"
_OPENAI_URL = "https://api.openai.com/v1"


@dataclass(frozen=True)
class Endpoint:
    """The model of one role; an empty base_url means the embedded server of this process.

    `is_elsewhere`: a fallback at an address of its own, which gets a key of its own.
    """

    role: str
    model: str
    base_url: str
    sends_images: bool
    is_elsewhere: bool = False

    @property
    def is_embedded(self) -> bool:
        """True if this process serves the model itself."""
        return not self.base_url


def _without_credentials(url: str) -> str:
    parts = urlsplit(url)
    if not parts.scheme.startswith("http") or not parts.hostname:
        raise SettingError(
            f"base URL {url.rpartition('@')[2]!r} is not an http(s) address "
            "(OPENAI_BASE_URL, base_url_* or fallback_base_urls)"
        )
    if parts.username or parts.password:
        raise SettingError(
            "a base URL holds a user name or password; put the key into OPENAI_API_KEY or "
            "TAGSMITH_FALLBACK_API_KEY instead"
        )
    return urlunsplit(parts)


def address_of(role: str, settings: Runtime, environment: Environment) -> str:
    """Return the address of a role, empty for the embedded endpoint."""
    base_url = getattr(settings, f"base_url_{role}", "") or environment.base_url
    if not base_url and environment.api_key is not None:
        base_url = _OPENAI_URL
    return _without_credentials(base_url) if base_url else ""


def resolve_endpoint(
    role: str, settings: Runtime, environment: Environment, model: str | None = None
) -> Endpoint:
    """Return the endpoint of `role`, one of ROLES or an evaluator.

    `model` is from the evaluator's row; a var model_<role> overrides it.

    Raises SettingError if a hosted endpoint lacks a model name, or the embedded model gets images
    without a projector.
    """
    base_url = address_of(role, settings, environment)
    model = getattr(settings, f"model_{role}", "") or model or settings.model
    own = settings.embedded_model_path
    if not base_url and not own and model not in ("", None, EMBEDDED_MODEL):
        raise SettingError(
            f"role {role}: the model {model} is named, but no endpoint that serves it; set "
            "OPENAI_API_KEY or OPENAI_BASE_URL, or name no model to use the embedded one"
        )
    if base_url:
        if not model:
            raise SettingError(
                f"role {role}: an endpoint is configured but no model; set TAGSMITH_MODEL or the "
                f"var model_{role} to a model name that it serves"
            )
        return Endpoint(role, model, base_url, settings.image_input != "description")
    if role in settings.batch_roles:
        raise SettingError(
            f"role {role}: batch_roles names it, but the embedded endpoint has no batches; set "
            "OPENAI_BASE_URL or base_url_<role>, or leave the role out"
        )
    has_projector = bool(settings.embedded_projector_path)
    if settings.image_input == "image" and not has_projector:
        raise SettingError(
            "var image_input is image, but the embedded model reads text only; set "
            "embedded_projector_path, a hosted model, or image_input: auto"
        )
    return Endpoint(
        role=role,
        model=Path(own).stem if own else EMBEDDED_MODEL,
        base_url="",
        sends_images=has_projector and settings.image_input != "description",
    )


def fallback_of(endpoint: Endpoint, role: str, settings: Runtime) -> Endpoint | None:
    """Return who is asked what the `endpoint` of a role cannot answer, None if nobody is named.

    Raises SettingError if its address or model is missing.
    """
    model, base_url = settings.fallback_models.get(role), settings.fallback_base_urls.get(role)
    if base_url and not model:
        raise SettingError(
            f"role {role}: fallback_base_urls has an address, but fallback_models names no model"
        )
    if not model:
        return None
    if base_url:
        address = _without_credentials(base_url)
        return replace(endpoint, role=role, model=model, base_url=address, is_elsewhere=True)
    if endpoint.is_embedded:
        raise SettingError(
            f"role {role}: fallback_models names {model}, but the embedded endpoint has one model; "
            "set fallback_base_urls, OPENAI_BASE_URL or base_url_<role>, or leave the role out"
        )
    return replace(endpoint, role=role, model=model)


def endpoint_table(
    settings: Runtime,
    environment: Environment,
    evaluators: Sequence[tuple[str, str | None]],
    learnt: Callable[[str, str], Mapping[str, str]] = lambda *_: {},
) -> pa.Table:
    """One row per role: role, model, base_url ('embedded' in this process), sends_images, learnt.

    `evaluators` are rows of evaluator and its model, if any. `learnt` gives what the ledger knows
    of a model at an address, as JSON text in the table where it differs from what is sent to
    begin with; an endpoint that refused images is sent descriptions, unless image_input is image.
    """
    roles = [*((role, None) for role in ROLES), *evaluators]
    if unknown := sorted(set(settings.batch_roles) - {role for role, _ in roles}):
        raise SettingError(
            f"var batch_roles names {', '.join(unknown)}; the roles of this run are "
            f"{', '.join(role for role, _ in roles)}"
        )
    endpoints = [resolve_endpoint(role, settings, environment, model) for role, model in roles]
    for endpoint in endpoints:  # a wrong one is told before anything is asked
        fallback_of(endpoint, endpoint.role, settings)
    forms = [
        {feature: form for feature, form in learnt(e.base_url, e.model).items() if form != _USUAL}
        for e in endpoints
    ]
    is_forced = settings.image_input == "image"
    return pa.table(
        {
            "role": [e.role for e in endpoints],
            "model": [e.model for e in endpoints],
            "base_url": [e.base_url or "embedded" for e in endpoints],
            "sends_images": [
                e.sends_images and (is_forced or form.get("images") != "description")
                for e, form in zip(endpoints, forms, strict=True)
            ],
            "learnt": [json.dumps(form, sort_keys=True) for form in forms],
        }
    )
