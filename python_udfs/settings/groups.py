"""Every setting with type, range, default and purpose: one class per group, declared only here.

`make fix` writes dbt_project.yml and docs/settings.md from here. A user's values are checked here
before any model runs. Functions take the group that they need.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

__all__ = [
    "Evaluation",
    "Experiments",
    "Generation",
    "Health",
    "Inputs",
    "Publication",
    "Recommendation",
    "Run",
    "Runtime",
    "Search",
    "Verification",
]


def _from_text(value: Any) -> Any:
    """Lists and mappings are JSON text in run_settings."""
    return json.loads(value) if isinstance(value, str) else value


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _distinct(values: list[Any]) -> list[Any]:
    if len(set(values)) < len(values):
        raise ValueError("a value occurs twice")
    return values


def _whole(path: str) -> str:
    """As it is stored in the ledger, whatever folder the command was started in."""
    return str(Path(path).expanduser().absolute())


T = TypeVar("T")
_Json = BeforeValidator(_from_text)

Share = Annotated[float, Field(ge=0, le=1)]
PositiveShare = Annotated[float, Field(gt=0, le=1)]
Amount = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
PackSize = Annotated[int, Field(ge=1, le=50)]
Texts = Annotated[list[str], _Json]
Price = Annotated[tuple[float, float, float], BeforeValidator(_as_tuple)]
Prices = Annotated[dict[str, Price], _Json]
Quotas = Annotated[dict[str, Positive], _Json]
Amounts = Annotated[dict[str, Amount], _Json]
Names = Annotated[dict[str, str], _Json]
Parameters = Annotated[dict[str, dict[str, Any]], _Json]
Chosen = Annotated[list[T], _Json, Field(min_length=1), AfterValidator(_distinct)]


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Inputs(_Group):
    """Inputs."""

    poster_root: str = Field(
        "", description="folder of local posters; empty = seeds/posters or TAGSMITH_POSTER_ROOT"
    )
    poster_hosts: Texts = Field([], description="hosts from which http(s) posters may be fetched")
    poster_max_bytes: Positive = Field(10_000_000, description="bytes of a poster file")
    poster_max_pixels: Positive = Field(40_000_000, description="pixels of a poster")
    placeholders: Texts = Field(
        [
            "\\N", "nan", "nat", "null", "none", "nil", "n/a", "na", "#n/a", "<na>", "undefined",
            "-", "--", "\u2013", "\u2014", "?", "unknown", "tba", "tbd", "not available",
            "0000", "0000-00-00", "0000-00-00 00:00:00", "(no genres listed)",
            "no overview found", "no overview", "no description available", "no description",
            "no summary", "no synopsis", "no plot", "add a plot", "plot unknown",
            "\uc5c6\uc74c", "\uc815\ubcf4 \uc5c6\uc74c", "\uc904\uac70\ub9ac \uc5c6\uc74c",
        ],
        description="texts that say that there is no value; case and a final stop do not count",
    )  # fmt: skip
    max_rejected_share: Share = Field(
        0.2, description="the gate fails above this share of rejected rows of a table"
    )
    max_rejected_interactions_share: Share = Field(
        0.5, description="the same for interactions; stops recommendations only"
    )
    max_rejected_experiment_events_share: Share = Field(
        0.05, description="the same for experiment events; stops their metrics only"
    )
    max_catalogue_age_hours: Amount = Field(
        0, description="the gate fails if no item changed for this long; 0 = off"
    )


class Generation(_Group):
    """Generation."""

    prompts_folder: str = Field(
        "", description="your prompt files, which replace those of the same name; empty = none"
    )
    tag_language: str = Field("English", description="the language of the tags, in English words")
    max_item_text_tokens: Count = Field(
        350, description="tokens of an item's text, 50 or more; 0 = no limit"
    )
    item_text_people: Annotated[int, Field(ge=0, le=20)] = Field(
        0, description="names of people sent with the item text"
    )
    modalities: Texts = Field([], description="only their paths are asked; empty = all")
    generation_samples: Annotated[int, Field(ge=1, le=10)] = Field(
        1, description="answers asked of each path; each counts as a path in the ensemble"
    )
    max_tag_length: Annotated[int, Field(ge=3, le=200)] = Field(60, description="characters")
    weight_text_sub: PositiveShare = Field(
        0.7, description="path weight if tag_categories gives none"
    )
    weight_text_broad: PositiveShare = Field(0.5, description="the same for broad categories")
    weight_image: PositiveShare = Field(0.7, description="image sent to a multimodal model")
    weight_image_description: PositiveShare = Field(
        0.3, description="measured description instead of the image"
    )
    use_student: bool = Field(
        True, description="false = no tags learnt from those of other items, path student:all"
    )
    student_min_items: Positive = Field(
        200, description="items with a known base tag; with fewer the student is silent"
    )
    student_tags_per_item: Annotated[int, Field(ge=1, le=100)] = Field(
        25, description="the student's candidates for each item"
    )
    student_reads_meaning: bool = Field(
        False,
        description="true = it reads Sentence-BERT vectors of item texts as well; better tags, but "
        "a first build embeds the whole catalogue, some 15 items a second",
    )
    student_answer_weight: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.2, description="a generated base tag as the student's example; a manual one counts 1"
    )
    weight_student: PositiveShare = Field(1.0, description="path weight of the student")
    cascade_precision: PositiveShare = Field(
        1.0,
        description="no model is asked about items whose first ten student tags are expected to "
        "hit at this rate; 1 = all are asked; below 1 needs student_answer_weight 0",
    )


class Runtime(_Group):
    """LLM runtime."""

    allow_calls: bool = Field(
        True,
        description="false = no calls or searches; what the ledger lacks is pending",
    )
    model: str = Field(
        "", description="for every role; empty = TAGSMITH_MODEL, else the embedded model"
    )
    model_text: str = Field("", description="for one role; empty = model")
    model_image: str = Field("", description="for one role; empty = model")
    model_lenient: str = Field("", description="for one role; empty = model")
    model_strict: str = Field("", description="for one role; empty = model")
    model_reason: str = Field("", description="for one role; empty = model")
    fallback_models: Names = Field(
        {},
        description="for what a role's own model cannot answer: {text: gpt-5}",
    )
    fallback_base_urls: Names = Field(
        {},
        description="addresses of fallback models that are elsewhere, with the key "
        "TAGSMITH_FALLBACK_API_KEY; they go on where a role's endpoint would end the run: "
        "{text: https://api.mistral.ai/v1}",
    )
    base_url_text: str = Field(
        "", description="for one role; empty = OPENAI_BASE_URL, else the embedded endpoint"
    )
    base_url_image: str = Field(
        "", description="for one role; empty = OPENAI_BASE_URL, else the embedded endpoint"
    )
    base_url_lenient: str = Field(
        "", description="for one role; empty = OPENAI_BASE_URL, else the embedded endpoint"
    )
    base_url_strict: str = Field(
        "", description="for one role; empty = OPENAI_BASE_URL, else the embedded endpoint"
    )
    base_url_reason: str = Field(
        "", description="for one role; empty = OPENAI_BASE_URL, else the embedded endpoint"
    )
    image_input: Literal["auto", "image", "description"] = Field(
        "auto", description="form of the poster in image paths"
    )
    embedded_model_path: str = Field("", description="your own GGUF; empty = the packaged model")
    embedded_projector_path: str = Field("", description="its multimodal projector; empty = none")
    embedded_context_tokens: Annotated[int, Field(ge=1024)] = Field(
        4096, description="prompt and reply together"
    )
    embedded_threads: Annotated[int, Field(ge=0, le=1024)] = Field(
        0, description="0 = measured at the start and watched"
    )
    text_pack_size: PackSize = Field(6, description="questions per call")
    image_pack_size: PackSize = Field(5, description="questions per call")
    reason_pack_size: PackSize = Field(6, description="questions per call")
    text_output_tokens: Annotated[int, Field(ge=16)] = Field(240, description="for a full pack")
    image_output_tokens: Annotated[int, Field(ge=16)] = Field(150, description="for a full pack")
    verdict_output_tokens: Positive = Field(1, description="for a verdict")
    reason_output_tokens: Annotated[int, Field(ge=8)] = Field(20, description="for each reason")
    max_concurrency: Annotated[int, Field(ge=0, le=1000)] = Field(
        0, description="concurrent calls; 0 = 1 embedded, 8 hosted"
    )
    requests_per_minute: Count = Field(
        0, description="of one endpoint; 0 = as fast as its replies and headers allow"
    )
    tokens_per_minute: Count = Field(0, description="the same for tokens read and written")
    max_outage_s: Annotated[float, Field(gt=0)] = Field(
        900, description="seconds that a run waits for an endpoint that fails every call"
    )
    max_attempts: Annotated[int, Field(ge=1, le=10)] = Field(
        6, description="tries of a question whose replies are late, cut or of no use"
    )
    request_timeout_s: Annotated[float, Field(ge=1)] = Field(
        300, description="seconds for a whole call"
    )
    request_parameters: Parameters = Field(
        {}, description="sent with each call of a role (or of all): {all: {reasoning_effort: low}}"
    )
    batch_roles: Texts = Field(
        [],
        description="roles whose calls go in batches, at about half the price, where the endpoint "
        "has them: [text, strict]",
    )
    batch_wait_minutes: Amount = Field(
        1440,
        description="minutes that a run waits for its batches; what is not there by then is "
        "pending, and a later build collects it; 0 = take what is ready",
    )
    batch_min_calls: Positive = Field(
        20, description="fewer calls than this go singly, at once and at the full price"
    )
    batch_max_requests: Positive = Field(50_000, description="calls in a batch")
    batch_max_bytes: Positive = Field(200_000_000, description="bytes of a batch's file")
    budget_run_usd: Amount = Field(0, description="US dollars that a run may spend; 0 = no limit")
    budget_role_usd: Amounts = Field({}, description="the same for single roles: {strict: 2.5}")
    budget_day_usd: Amount = Field(
        0, description="the same for all runs of a day, which begins at midnight UTC"
    )
    budget_run_tokens: Count = Field(0, description="tokens that a run may use; 0 = no limit")
    budget_day_tokens: Count = Field(0, description="the same for all runs of a day in UTC")
    when_budget_is_spent: Literal["warn", "fail"] = Field(
        "warn", description="warn = build with what there is; the rest is not attempted"
    )
    retry_quarantined: bool = Field(False, description="ask quarantined questions again")
    new_ledger: bool = Field(
        False, description="true = start with an empty ledger beside published features"
    )
    llm_prices: Prices = Field(
        {}, description="model: [USD per million prompt, cached, completion tokens]"
    )
    max_failed_share: Share = Field(
        0.1, description="the gate fails above this share of unanswered questions"
    )
    max_usd_per_item: Amount = Field(
        0, description="the gate fails above this mean cost of an item in a run; 0 = off"
    )


class Verification(_Group):
    """Verification (paper 2.2)."""

    ensemble_method: Literal["noisy_or", "mean", "max"] = Field(
        "noisy_or", description="how scores of several paths are combined"
    )
    dedup_threshold: Annotated[float, Field(gt=0, le=2)] = Field(
        0.85, description="trigram Dice; above 1 = keep all candidates"
    )
    sbert_model: str = Field("", description="empty = the packaged all-MiniLM-L6-v2 (English)")
    embedding_batch_size: Positive = Field(256, description="texts")
    spelling_threshold: PositiveShare = Field(0.92, description="normalised OSA similarity")
    spelling_min_length: Positive = Field(6, description="characters")
    alpha: Share = Field(0.75, description="similarity above it: mapped")
    beta: Annotated[float, Field(ge=0.5, lt=1)] = Field(
        0.7, description="lenient bar beta, strict bar 1 - beta"
    )
    max_evaluated_novel: Count = Field(6, description="novel tags per item for the evaluators")
    judged_offers: Annotated[int, Field(ge=0, le=100)] = Field(
        0, description="the student's first tags per item that an evaluator judges too"
    )
    offers_evaluator: str = Field("lenient", description="the evaluator that judges them")
    use_evaluators: bool = Field(
        True, description="false = these novel tags are admitted without a verdict"
    )
    evaluator_reasons: bool = Field(
        False, description="ask for a reason in words for accepted tags"
    )
    max_reasons: Count = Field(2, description="reasons per item, best accepted tags first")
    weight_ensemble: Share = Field(
        0.45, description="in the final score; the four weights sum to 1"
    )
    weight_evaluation: Share = Field(0.30, description="in the final score")
    weight_agreement: Share = Field(0.15, description="in the final score")
    weight_specificity: Share = Field(0.10, description="in the final score")
    calibrate_scores: bool = Field(
        True,
        description="rank by a score learnt from manual tags, if there are enough",
    )
    evidence_weights: Amounts = Field(
        {}, description="weights that replace learnt ones; int_score_weights lists all"
    )
    tag_statuses: Chosen[Literal["mapped", "novel"]] = Field(
        ["mapped", "novel"], description="which tags may be selected"
    )
    genre_tags: bool = Field(False, description="true = an item's genres may be its tags as well")
    semantic_dedup_threshold: Annotated[float, Field(gt=0, le=2)] = Field(
        0.78, description="cosine of two tags of an item; above 1 = keep all synonyms"
    )
    category_quotas: Quotas = Field({}, description="category: highest number of its tags per item")
    novel_share: Share = Field(
        0.12, description="share of the top_k that mapped tags leave to novel ones, rounded down"
    )
    min_score: Share = Field(0, description="lowest final score of a selected tag")
    min_agreement: Share = Field(
        1, description="least share of the evaluators, by weight, that accept a selected novel tag"
    )
    novel_min_items: Annotated[int, Field(ge=1)] = Field(
        1, description="least number of items that a selected novel tag is accepted for"
    )
    min_offer_score: Share = Field(
        0,
        description="least verdict on a selected tag that the student alone names (judged_offers)",
    )
    top_k: Annotated[int, Field(ge=1, le=1000)] = Field(25, description="tags per item")


class Search(_Group):
    """External search."""

    search_provider: Literal["local", "wikipedia", "searxng", "tavily", "none"] = Field(
        "local", description="source of evidence"
    )
    search_url: str = Field(
        "", description="address of a SearXNG instance, or of a mirror of the provider's API"
    )
    search_corpus_version: str = Field("1", description="a new value repeats all searches")
    search_timeout_s: Annotated[float, Field(gt=0, le=60)] = Field(5, description="seconds")
    evidence_passages: Annotated[int, Field(ge=0, le=10)] = Field(2, description="passages per tag")
    evidence_words: Annotated[int, Field(ge=10, le=200)] = Field(
        40, description="words per passage"
    )
    evidence_lines: Annotated[int, Field(ge=1, le=10)] = Field(
        2, description="lines per tag for evaluators that read lines of the item's text"
    )


class Publication(_Group):
    """Publication."""

    pipeline_version: str = Field("0.1.0", description="written into every feature row")
    published_versions_kept: Positive = Field(14, description="older ones are removed")
    max_changed_share: Share = Field(
        0.3, description="the gate fails if a larger share of the served items changes tags"
    )
    keep_incomplete_items: bool = Field(
        True, description="an item with unanswered questions keeps its last published features"
    )


class Health(_Group):
    """Limits of run_health; its gate fails beyond them."""

    min_tags_per_item: Amount = Field(1, description="mean number of tags per item; 0 = off")
    max_untagged_share: Share = Field(0.2, description="share of asked items without tags; 1 = off")
    max_singleton_share: Share = Field(
        1, description="share of distinct tags on only one item; 1 = off"
    )
    min_schema_coverage: Share = Field(0, description="share of base tags in use; 0 = off")
    min_mapped_share: Share = Field(0.1, description="share of tags in the schema; 0 = off")
    min_evaluator_agreement: Share = Field(
        0.2, description="share of judged tags with equal verdicts; 0 = off"
    )
    max_tag_turnover: Share = Field(
        0.5, description="1 - Jaccard of an item's tags with its last ones, mean; 1 = off"
    )
    max_health_change: Share = Field(
        0.3, description="change of any of these since the last run, from 20 items on; 1 = off"
    )


class Recommendation(_Group):
    """Recommendation."""

    recommendation_models: Chosen[
        Literal["popularity", "item_cf", "graph", "content", "hybrid"]
    ] = Field(
        ["popularity", "item_cf", "graph", "content", "hybrid"],
        description="recommenders to build",
    )
    recommendation_k: Annotated[int, Field(ge=1, le=1000)] = Field(
        10, description="items per user, neighbors per item"
    )
    neighbors_k: Annotated[int, Field(ge=1, le=10_000)] = Field(
        100, description="neighbors per item that item_cf and graph use"
    )
    cold_start_interactions: Positive = Field(
        5, description="users; an item with fewer is a cold-start item"
    )


class Evaluation(_Group):
    """Evaluation."""

    compared_system: str = Field(
        "", description="set by tagsmith compare: the only measured system"
    )
    evaluation_seed: Count = Field(1, description="seed of all random draws")
    evaluation_ks: Chosen[Annotated[int, Field(ge=1, le=1000)]] = Field(
        [5, 10, 25], description="list lengths at which metrics are computed"
    )
    min_true_tags: Positive = Field(
        10, description="an item with fewer true tags is not measured (paper: 20)"
    )
    semantic_match_threshold: PositiveShare = Field(
        0.75, description="minimum cosine of a semantic match"
    )
    bootstrap_samples: Annotated[int, Field(ge=100, le=100_000)] = Field(
        1000, description="resamples per interval"
    )
    control_items: Count = Field(
        0,
        description="tagged items whose manual tags evaluators judge in an evaluation; 0 = off",
    )
    control_tags: Annotated[int, Field(ge=1, le=100)] = Field(
        5, description="manual tags per control item, and as many foreign ones"
    )
    min_evaluator_auc: Annotated[float, Field(ge=0.5, le=1)] = Field(
        0.7, description="own against foreign tags, mean of all evaluators"
    )


class Experiments(_Group):
    """Experiments."""

    experiment_control: str = Field(
        "", description="group A of every experiment; empty = the first of its two names"
    )
    experiment_users_ratio: Annotated[float, Field(gt=0)] = Field(
        1, description="planned users of B per user of A"
    )
    experiment_alpha: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.05, description="significance level; intervals have level 1 - alpha"
    )
    experiment_power: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.8, description="probability of finding the minimum detectable effect"
    )
    experiment_correction: Literal["holm", "bh", "none"] = Field(
        "holm", description="across the metrics and slices of an experiment"
    )
    experiment_permutations: Annotated[int, Field(ge=100, le=100_000)] = Field(
        2000, description="user permutations per coverage test"
    )
    srm_alarm: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.001, description="an experiment with a lower sample-ratio p-value is invalid"
    )


class Run(_Group):
    """Not vars: taken from the command and its environment."""

    is_empty: bool = Field(description="the run has --empty: no call, nothing stored")
    catalogue: Literal["own", "sample"] = Field(description="whose items it reads")
    publish_dir: Annotated[str, AfterValidator(_whole)] = Field(
        description="TAGSMITH_PUBLISH_DIR, the folder of published versions"
    )
