"""Settings of a run, typed, and the only place of this package that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, Json, SecretStr


class Settings(BaseModel):
    """The rows of the model `run_settings`; ranges are checked by dbt before any model runs."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    is_empty: bool
    catalogue: str
    poster_root: str
    poster_hosts: Json[list[str]]
    poster_max_bytes: int
    poster_max_pixels: int
    max_rejected_share: float
    max_catalogue_age_hours: float
    max_rejected_interactions_share: float
    max_rejected_experiment_events_share: float
    tag_language: str
    max_item_text_tokens: int
    item_text_people: int
    generation_samples: int
    max_tag_length: int
    weight_text_sub: float
    weight_text_broad: float
    weight_image: float
    weight_image_description: float
    model: str
    model_text: str
    model_image: str
    model_lenient: str
    model_strict: str
    model_reason: str
    base_url_text: str
    base_url_image: str
    base_url_lenient: str
    base_url_strict: str
    base_url_reason: str
    image_input: str
    embedded_model_path: str
    embedded_projector_path: str
    embedded_context_tokens: int
    embedded_threads: int
    text_pack_size: int
    image_pack_size: int
    reason_pack_size: int
    text_output_tokens: int
    image_output_tokens: int
    verdict_output_tokens: int
    reason_output_tokens: int
    max_concurrency: int
    max_attempts: int
    request_timeout_s: float
    retry_quarantined: bool
    llm_prices: Json[dict[str, tuple[float, float, float]]]
    max_failed_share: float
    ensemble_method: str
    dedup_threshold: float
    sbert_model: str
    embedding_batch_size: int
    spelling_threshold: float
    spelling_min_length: int
    alpha: float
    beta: float
    max_evaluated_novel: int
    evaluator_reasons: bool
    max_reasons: int
    search_provider: str
    search_url: str
    search_corpus_version: str
    search_timeout_s: float
    evidence_passages: int
    evidence_words: int
    weight_ensemble: float
    weight_evaluation: float
    weight_agreement: float
    weight_specificity: float
    calibrate_scores: bool
    top_k: int
    pipeline_version: str
    publish_dir: str
    published_versions_kept: int
    max_changed_share: float
    min_tags_per_item: float
    max_untagged_share: float
    max_singleton_share: float
    min_schema_coverage: float
    min_mapped_share: float
    min_evaluator_agreement: float
    max_tag_turnover: float
    max_health_change: float
    recommendation_models: Json[list[str]]
    recommendation_k: int
    neighbors_k: int
    cold_start_interactions: int
    evaluation_seed: int
    evaluation_ks: Json[list[int]]
    min_true_tags: int
    semantic_match_threshold: float
    bootstrap_samples: int
    control_items: int
    control_tags: int
    min_evaluator_auc: float
    experiment_control: str
    experiment_users_ratio: float
    experiment_alpha: float
    experiment_power: float
    experiment_correction: str
    experiment_permutations: int
    srm_alarm: float

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[str, str]]) -> Settings:
        """Build from (name, value) rows, as `run_settings` holds them.

        Raises pydantic.ValidationError if a setting is missing, unknown or of another type.
        """
        return cls.model_validate(dict(rows))


class Environment(BaseModel):
    """What the process environment says; secrets are wrapped so that no text can hold them."""

    model_config = ConfigDict(frozen=True)

    api_key: SecretStr | None = None
    base_url: str = ""
    search_key: SecretStr | None = None
    cache_dir: Path = Field(default_factory=lambda: Path.home() / ".cache" / "tagsmith")

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Environment:
        """Read OPENAI_API_KEY, OPENAI_BASE_URL, TAVILY_API_KEY, TAGSMITH_CACHE, XDG_CACHE_HOME."""
        values = os.environ if environ is None else environ
        found: dict[str, Any] = {"base_url": values.get("OPENAI_BASE_URL", "")}
        if values.get("OPENAI_API_KEY"):
            found["api_key"] = SecretStr(values["OPENAI_API_KEY"])
        if values.get("TAVILY_API_KEY"):
            found["search_key"] = SecretStr(values["TAVILY_API_KEY"])
        if values.get("TAGSMITH_CACHE"):
            found["cache_dir"] = Path(values["TAGSMITH_CACHE"]).expanduser()
        elif values.get("XDG_CACHE_HOME"):
            found["cache_dir"] = Path(values["XDG_CACHE_HOME"]).expanduser() / "tagsmith"
        return cls(**found)
