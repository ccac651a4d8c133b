"""What a reply holds, and what is asked again for what it lacks."""

from __future__ import annotations

from dataclasses import replace

from python_udfs.llm.calls import Pack, Parsed, Question
from python_udfs.llm.failures import RULES, ErrorClass, Policy
from python_udfs.llm.prompts import render
from python_udfs.llm.sender import Exchange
from python_udfs.llm.tasks import Task

__all__ = ["follow_ups_of", "parsed_of"]


def parsed_of(exchange: Exchange) -> Parsed:
    """The content of a reply; what no parser expects is a violation of the schema."""
    pack, reply = exchange.pack, exchange.reply
    if reply.finish_reason == "refusal":
        return Parsed({}, ErrorClass.REFUSAL, "the model refused")
    if pack.wants_logprobs and not reply.top_logprobs:
        return Parsed({}, ErrorClass.SCHEMA_VIOLATION, "the endpoint gave no log-probabilities")
    try:
        return pack.parse(pack, reply)
    except Exception as error:  # the call is paid, and must be settled whatever it holds
        return Parsed({}, ErrorClass.SCHEMA_VIOLATION, f"cannot be read: {error}")


def follow_ups_of(
    task: Task,
    exchange: Exchange,
    missing: list[Question],
    error_class: ErrorClass,
    parsed: Parsed,
    max_attempts: int,
) -> list[Task]:
    """Return the tasks that ask for what is missing, none if it is given up."""
    pack, tries = exchange.pack, task.tries + 1
    policy = RULES[error_class].policy
    if policy is Policy.QUARANTINE or tries >= max_attempts:
        return []
    if policy is Policy.REPAIR and not pack.is_repair:
        repair = render("repair", answer=exchange.reply.text, error=parsed.detail)
        messages = [
            *pack.messages,
            {"role": "assistant", "content": exchange.reply.text},
            {"role": "user", "content": repair[-1]["content"]},
        ]
        pack = replace(pack, messages=messages, is_repair=True)
        return [replace(task, pack=pack, tries=tries)]
    return [
        replace(task, pack=_alone(pack, question, error_class), tries=tries) for question in missing
    ]


def _alone(pack: Pack, question: Question, error_class: ErrorClass) -> Pack:
    """The pack of one question; with more room if it was cut alone."""
    single = pack.single(question)
    if error_class is ErrorClass.TRUNCATION and len(pack.questions) == 1:
        return replace(single, max_tokens=2 * pack.max_tokens)
    return single
