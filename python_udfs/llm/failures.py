"""What went wrong with a call, and the one policy for each class; docs/llm_runtime.md prints it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["RULES", "ErrorClass", "Policy", "Rule", "remedy_of"]


class Policy(StrEnum):
    """What follows a failure, as the table says it."""

    WAIT = "the endpoint waits, the question goes again"
    RETRY = "again; a try of the question is lost"
    SPLIT = "what is missing goes again alone; a try is lost"
    REPAIR = "the reply goes back once with its error, then each question alone"
    STOP = "the run stops; once calls have passed, at five in a row"
    QUARANTINE = "quarantined; held while no call has passed"
    HOLD = "held, then quarantined"


class ErrorClass(StrEnum):
    """Why a call gave no usable answer."""

    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    GATEWAY_ERROR = "gateway_error"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CONNECTION_LOST = "connection_lost"
    BAD_REPLY = "bad_reply"
    EMPTY_REPLY = "empty_reply"
    BATCH_ENDED = "batch_ended"
    QUOTA = "quota"
    AUTHENTICATION = "authentication"
    REGION = "region"
    UNKNOWN_MODEL = "unknown_model"
    UNKNOWN_ADDRESS = "unknown_address"
    TRUNCATION = "truncation"
    CONTEXT_TOO_LONG = "context_too_long"
    SCHEMA_VIOLATION = "schema_violation"
    INVALID_JSON = "invalid_json"
    REFUSAL = "refusal"
    BAD_IMAGE = "bad_image"
    NO_IMAGES = "no_images"
    BLOCKED = "blocked"
    BAD_REQUEST = "bad_request"


@dataclass(frozen=True)
class Rule:
    """One row of the table: whose fault, whether it is paid, what follows, and the remedy."""

    fault: str
    paid: str
    policy: Policy
    remedy: str = "see error_message in the ledger's llm_calls"

    @property
    def is_undone(self) -> bool:
        """Whether the endpoint may have left the call undone: nothing came back for it."""
        return self.fault == "endpoint" and self.paid != "yes"


_OTHER_MODEL = (
    "the model does not keep to the asked form; raw_reply in llm_calls shows it, try another"
)

RULES = {
    ErrorClass.RATE_LIMIT: Rule(
        "endpoint", "no", Policy.WAIT,
        "the endpoint keeps limiting; set the vars requests_per_minute and tokens_per_minute",
    ),
    ErrorClass.SERVER_ERROR: Rule(
        "endpoint", "no", Policy.WAIT,
        "the endpoint keeps failing; build again later, paid answers are kept",
    ),
    ErrorClass.GATEWAY_ERROR: Rule(
        "endpoint", "unknown", Policy.WAIT,
        "what lies before the endpoint keeps failing; build again later, paid answers are kept",
    ),
    ErrorClass.UNREACHABLE: Rule(
        "endpoint", "no", Policy.WAIT, "the endpoint cannot be reached; check OPENAI_BASE_URL"
    ),
    ErrorClass.TIMEOUT: Rule(
        "endpoint", "unknown", Policy.RETRY,
        "the endpoint does not answer in time; raise the var request_timeout_s",
    ),
    ErrorClass.CONNECTION_LOST: Rule(
        "endpoint", "unknown", Policy.RETRY,
        "the endpoint cannot be reached or ends the connection; check OPENAI_BASE_URL",
    ),
    ErrorClass.BAD_REPLY: Rule(
        "endpoint", "unknown", Policy.RETRY,
        "what answers is no chat completion; check OPENAI_BASE_URL and what lies between",
    ),
    ErrorClass.EMPTY_REPLY: Rule(
        "endpoint", "yes", Policy.RETRY, "the model answers with nothing; try another model"
    ),
    ErrorClass.BATCH_ENDED: Rule(
        "endpoint", "no", Policy.WAIT,
        "batches end without replies; `from ledger.llm_batches` has the endpoint's words. Leave "
        "the role out of the var batch_roles",
    ),
    ErrorClass.QUOTA: Rule(
        "setup", "no", Policy.STOP,
        "the account has no quota left; raise it and rebuild, paid answers are kept",
    ),
    ErrorClass.AUTHENTICATION: Rule(
        "setup", "no", Policy.STOP, "the endpoint refuses the key; check OPENAI_API_KEY"
    ),
    ErrorClass.REGION: Rule(
        "setup", "no", Policy.STOP,
        "the provider does not serve this country or region; use another endpoint",
    ),
    ErrorClass.UNKNOWN_MODEL: Rule(
        "setup", "no", Policy.STOP,
        "the endpoint does not know the model; check TAGSMITH_MODEL or the var model_<role>, and "
        "that OPENAI_BASE_URL ends as the provider says (often in /v1)",
    ),
    ErrorClass.UNKNOWN_ADDRESS: Rule(
        "setup", "no", Policy.STOP,
        "there is no such address; does OPENAI_BASE_URL end in /v1?",
    ),
    ErrorClass.TRUNCATION: Rule(
        "question", "yes", Policy.SPLIT,
        "replies are cut; raise the var <role>_output_tokens, or let the model think less: "
        "request_parameters: {all: {reasoning_effort: low}}",
    ),
    ErrorClass.CONTEXT_TOO_LONG: Rule(
        "question", "no", Policy.SPLIT,
        "every request is too long for the model's context or a proxy; raise that limit (that "
        "of the embedded model is the var embedded_context_tokens)",
    ),
    ErrorClass.SCHEMA_VIOLATION: Rule("question", "yes", Policy.SPLIT, _OTHER_MODEL),
    ErrorClass.INVALID_JSON: Rule("question", "yes", Policy.REPAIR, _OTHER_MODEL),
    ErrorClass.REFUSAL: Rule(
        "question", "no", Policy.QUARANTINE,
        "a filter refuses every request; set it otherwise at the provider, or use another endpoint",
    ),
    ErrorClass.BAD_IMAGE: Rule("question", "no", Policy.HOLD, "check the posters"),
    ErrorClass.NO_IMAGES: Rule(
        "setup", "no", Policy.HOLD,
        "the model reads no images; build again, posters are then sent as descriptions",
    ),
    ErrorClass.BLOCKED: Rule(
        "question", "no", Policy.HOLD,
        "something between here and the endpoint refuses these requests; check the key's rights "
        "and any firewall",
    ),
    ErrorClass.BAD_REQUEST: Rule(
        "question", "no", Policy.HOLD,
        "the endpoint refuses every such request; its words say why, the var request_parameters "
        "adds what it wants",
    ),
}  # fmt: skip

# A fallback at an address of its own takes nothing from these.
_ELSEWHERE = {
    "OPENAI_API_KEY": "TAGSMITH_FALLBACK_API_KEY",
    "OPENAI_BASE_URL": "the var fallback_base_urls",
    "TAGSMITH_MODEL or the var model_<role>": "the var fallback_models",
}


def remedy_of(error_class: ErrorClass, *, is_elsewhere: bool) -> str:
    """Return the remedy, with the settings of a fallback where the endpoint `is_elsewhere`."""
    remedy = RULES[error_class].remedy
    for name, other in _ELSEWHERE.items() if is_elsewhere else ():
        remedy = remedy.replace(name, other)
    return remedy
