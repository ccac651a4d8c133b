"""The evaluators (paper, section 2.2): verdicts for novel tags, reasons for accepted ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import duckdb
import pydantic_core

from python_udfs.embedding.encoder import Encoder
from python_udfs.llm.asking import ask, in_turns, pending_questions_sql, read_answers, stream
from python_udfs.llm.batch_rows import roles_in_batches
from python_udfs.llm.calls import Pack, Parsed, Question, Reply, compact
from python_udfs.llm.endpoints import ROLES, resolve_endpoint
from python_udfs.llm.estimate import Work, announce
from python_udfs.llm.failures import ErrorClass
from python_udfs.llm.history import Range
from python_udfs.llm.json_text import begun_json, json_of, score_of
from python_udfs.llm.prompts import render
from python_udfs.search.evidence import passages_of
from python_udfs.search.lines import lines_of, lines_to_expect, nearest_lines
from python_udfs.settings import Environment, Settings

__all__ = ["answer_evaluators", "answer_reasons", "parse_verdict", "yes_share"]

_JSON_VERDICT_TOKENS = 60
# Questions whose prompts an estimate renders.
_SAMPLE_ROWS = 100
# The tag itself, quotes and a comma around each reason.
_REASON_FRAME_TOKENS = 14
_JSON_VERDICT = (
    'Answer with JSON {"score": s, "reason": r}: s from 0 to 1 is how sure you are that the '
    "answer is Yes, r says why in at most 12 words."
)
_VERDICT_SCHEMA = {
    "type": "object",
    "properties": {"score": {"type": "number"}, "reason": {"type": "string"}},
    "required": ["score", "reason"],
    "additionalProperties": False,
}


# An evaluator, its model, and how many of its questions are pending, and in no batch.
_Pending = tuple[str, str, int, int]


@dataclass(frozen=True)
class Judged:
    """A tag with the passages found for it, and the lines that are read in place of the text."""

    question: Question
    tag: str
    passages: tuple[dict[str, Any], ...]
    lines: tuple[str, ...] = ()


def yes_share(top_logprobs: dict[str, float]) -> float | None:
    """P(Yes) / (P(Yes) + P(No)) over the first token's log-probabilities (natural logarithm).

    Case and leading spaces are folded. A word that is not listed counts with the most that it can
    have, so that a verdict is never surer than what was told: no more than the least listed token,
    and no more than all listed ones leave. None if neither word is listed.
    """
    mass: dict[str, float] = {}
    shares = [math.exp(logprob) for logprob in top_logprobs.values()]
    for token, share in zip(top_logprobs, shares, strict=True):
        word = token.strip().lower()
        if word in ("yes", "no"):
            mass[word] = mass.get(word, 0.0) + share
    if not mass:
        return None
    unlisted = max(min(*shares, 1 - sum(shares)), 0.0)
    yes, no = mass.get("yes", unlisted), mass.get("no", unlisted)
    return yes / (yes + no) if yes + no > 0 else None


def parse_verdict(question: Question, reply: Reply, lines: Sequence[str] = ()) -> Parsed:
    """Return {"score", "form"} (and "reason" in the JSON form) for the pack's one question.

    `lines` that were read are kept with the verdict: they are what it points at.
    """
    read = {"lines": list(lines)} if lines else {}
    if reply.top_logprobs:
        score = yes_share(reply.top_logprobs)
        if score is None:
            return Parsed({}, ErrorClass.SCHEMA_VIOLATION, "neither Yes nor No was considered")
        answer = {"score": round(score, 9), "form": "logprobs", **read}
        return Parsed({question.key: compact(answer)})
    try:
        value = json_of(reply.text)
    except ValueError as error:
        return Parsed({}, ErrorClass.INVALID_JSON, f"not JSON: {error}")
    score = score_of(value.get("score")) if isinstance(value, dict) else None
    if score is None or not 0 <= score <= 1:
        return Parsed({}, ErrorClass.SCHEMA_VIOLATION, "score is no number in [0, 1]")
    answer = {"score": score, "form": "json", "reason": str(value.get("reason") or ""), **read}
    return Parsed({question.key: compact(answer)})


def verdict_pack(judged: Judged, item_text: str, settings: Settings) -> Pack:
    """Return the call that asks one evaluator for one tag, as one token with log-probabilities."""
    question = judged.question
    messages = render(
        "evaluate",
        settings.prompts_folder,
        item_text=item_text,
        passages=judged.passages,
        lines=judged.lines,
        tag=judged.tag,
        evaluator=question.role,
        language=settings.tag_language,
    )
    pack = Pack(
        questions=(question,),
        messages=messages,
        max_tokens=settings.verdict_output_tokens,
        parse=lambda _, reply: parse_verdict(question, reply, judged.lines),
        build=lambda _: verdict_pack(judged, item_text, settings),
        wants_logprobs=True,
    )

    def as_json() -> Pack:
        asked = [*messages[:-1], {**messages[-1]}]
        asked[-1]["content"] += f"\n{_JSON_VERDICT}"
        return replace(
            pack,
            messages=asked,
            max_tokens=_JSON_VERDICT_TOKENS,
            schema=_VERDICT_SCHEMA,
            wants_logprobs=False,
        )

    return replace(pack, without_logprobs=as_json)


def _verdict_packs(
    rows: Iterable[tuple[Any, ...]], settings: Settings, encoder: Encoder | None
) -> Iterator[Pack]:
    """The calls for `rows`; without an encoder a sample, with the shortest and longest lines."""
    for (reads, item_text, unsent_text), group in groupby(rows, key=lambda row: row[5:8]):
        asked = list(group)
        lines: list[tuple[str, ...]] = [()] * len(asked)
        if encoder is None:
            samples = lines_to_expect(reads, item_text, unsent_text, settings.evidence_lines)
            asked, lines = asked * len(samples), [s for s in samples for _ in asked]
        elif reads == "lines":
            tags, all_lines = [row[3] for row in asked], lines_of(item_text, unsent_text)
            lines = nearest_lines(all_lines, tags, encoder, settings.evidence_lines)
        for row, read in zip(asked, lines, strict=True):
            key, item_id, evaluator, tag, passages, *_, flight = row
            question = Question(key, evaluator, item_id, tag=tag)
            judged = Judged(question, tag, tuple(passages_of(passages)), read)
            yield replace(verdict_pack(judged, item_text, settings), flight=flight)


def answer_evaluators(
    session: duckdb.DuckDBPyConnection,
    settings: Settings,
    environment: Environment,
    invocation_id: str,
    questions_sql: str,
    encoder: Encoder,
) -> duckdb.DuckDBPyRelation:
    """Ask for the verdicts that the ledger lacks; return a relation with one row per question.

    `questions_sql` gives question_key, purpose, item_id, evaluator, model, tag, reads (text or
    lines), item_text, unsent_text (null if all is sent), passages (JSON text), place. Candidates
    are judged before controls. Evaluators that share an endpoint share a client, so that the item's
    text is read once; `encoder` finds the lines of those that read lines. Columns of the result:
    question_key, item_id, tag, evaluator, purpose, call_id, status (of read_answers), error_class,
    answer (JSON text), answered_at.
    """
    pending_sql = pending_questions_sql(
        questions_sql,
        retry_quarantined=settings.retry_quarantined,
        first="purpose = 'control', item_id",
    )
    reader = session.cursor()
    counts = reader.execute(
        "select evaluator, any_value(model), count(*), count_if(flight is null) "
        f"from ({pending_sql}) group by evaluator order by evaluator"
    ).fetchall()
    columns = (
        "question_key, item_id, evaluator, tag, passages, reads, item_text, unsent_text, flight"
    )
    works = []
    for name, model, _, n_unasked in [row for row in counts if row[3]]:
        sample = reader.execute(
            f"select {columns} from ({pending_sql}) where evaluator = ? and flight is null "
            f"order by question_key limit {_SAMPLE_ROWS}",
            [name],
        ).fetchall()
        n = Range.of(float(n_unasked))
        works.append(Work(name, n, n, list(_verdict_packs(sample, settings, None)), model=model))
    announce(session, settings, environment, invocation_id, works)
    if settings.may_ask:
        asked = {*ROLES, *(name for name, *_ in counts)}
        waiting = roles_in_batches(reader, settings, environment)
        counts += [(name, model, 0, 0) for name, model in waiting.items() if name not in asked]
        groups = {group[0][0]: group for group in _groups(counts, settings, environment)}
        for first, waits in in_turns(groups, settings):
            names = [name for name, *_ in groups[first]]

            def packs(which: str, names: Sequence[str] = names) -> Iterator[Pack]:
                rows = session.cursor().execute(
                    f"select {columns} from ({pending_sql}) "
                    f"where list_contains($names, evaluator) and ({which}) "
                    "order by purpose = 'control', item_id, reads desc, place, evaluator",
                    {"names": names},
                )
                return _verdict_packs(stream(rows), settings, encoder)

            ask(
                session, settings, environment, invocation_id, first, packs,
                sum(count for _, _, count, _ in groups[first]),
                model=groups[first][0][1], shared_by=names, waits=waits,
            )  # fmt: skip
    columns = (
        "questions.question_key, questions.item_id, questions.tag, questions.evaluator, "
        "questions.purpose"
    )
    return read_answers(
        session, questions_sql, columns, role="questions.evaluator", invocation_id=invocation_id
    )


def _groups(
    counts: Iterable[_Pending], settings: Settings, environment: Environment
) -> list[list[_Pending]]:
    """Evaluators with pending questions, grouped by endpoint and whether they go in batches."""
    groups: dict[tuple[str, str, bool], list[_Pending]] = {}
    for row in counts:
        endpoint = resolve_endpoint(row[0], settings, environment, row[1])
        goes = row[0] in settings.batch_roles
        groups.setdefault((endpoint.model, endpoint.base_url, goes), []).append(row)
    return list(groups.values())


def parse_reasons(tags: dict[str, str], reply: Reply) -> Parsed:
    """Return {"reason"} by question key; `tags` gives the question key of each tag."""
    is_cut = reply.finish_reason == "length"
    try:
        value = (
            pydantic_core.from_json(begun_json(reply.text), allow_partial="trailing-strings")
            if is_cut
            else json_of(reply.text)
        )
    except ValueError as error:
        return Parsed({}, ErrorClass.INVALID_JSON, f"not JSON: {error}")
    if not isinstance(value, dict):
        return Parsed({}, ErrorClass.SCHEMA_VIOLATION, "not a JSON object of tags")
    found = {
        key: compact({"reason": value[tag].strip()})
        for tag, key in tags.items()
        if isinstance(value.get(tag), str) and value[tag].strip()
    }
    if len(found) < len(tags):
        return Parsed(
            found,
            ErrorClass.TRUNCATION if is_cut else ErrorClass.SCHEMA_VIOLATION,
            f"no reason for {len(tags) - len(found)} tags",
        )
    return Parsed(found)


def reason_pack(judged: Sequence[Judged], item_text: str, settings: Settings) -> Pack:
    """Return the call that asks why tags of one item were accepted."""
    by_key = {j.question.key: j for j in judged}
    tags = {j.tag: j.question.key for j in judged}
    return Pack(
        questions=tuple(j.question for j in judged),
        messages=render(
            "reason",
            settings.prompts_folder,
            item_text=item_text,
            tags=[{"tag": j.tag, "passages": j.passages} for j in judged],
            language=settings.tag_language,
        ),
        max_tokens=(settings.reason_output_tokens + _REASON_FRAME_TOKENS) * len(judged) + 8,
        parse=lambda _, reply: parse_reasons(tags, reply),
        build=lambda part: reason_pack([by_key[q.key] for q in part], item_text, settings),
        schema={
            "type": "object",
            "properties": {tag: {"type": "string"} for tag in tags},
            "required": list(tags),
            "additionalProperties": False,
        },
    )


def _reason_packs(rows: Iterable[tuple[Any, ...]], settings: Settings) -> Iterator[Pack]:
    for (_, flight), group in groupby(rows, key=lambda row: (row[1], row[5])):
        item = list(group)
        judged = [
            Judged(Question(key, "reason", item_id, tag=tag), tag, tuple(passages_of(passages)))
            for key, item_id, tag, _, passages, _ in item
        ]
        size = len(judged) if flight else settings.reason_pack_size
        for start in range(0, len(judged), size):
            pack = reason_pack(judged[start : start + size], item[0][3], settings)
            yield replace(pack, flight=flight)


def answer_reasons(
    session: duckdb.DuckDBPyConnection,
    settings: Settings,
    environment: Environment,
    invocation_id: str,
    questions_sql: str,
) -> duckdb.DuckDBPyRelation:
    """Ask for the reasons that the ledger lacks; return a relation with one row per question.

    `questions_sql` gives question_key, item_id, tag, item_text, passages (JSON text). Columns of
    the result: question_key, item_id, tag, call_id, status, error_class, reason, answered_at.
    """
    pending_sql = pending_questions_sql(questions_sql, retry_quarantined=settings.retry_quarantined)
    if settings.evaluator_reasons and not settings.is_empty:
        reader = session.cursor()
        columns = "question_key, item_id, tag, item_text, passages, flight"
        select = f"select {columns} from ({pending_sql}) where"
        ((count, n_unasked, n_calls),) = reader.execute(
            "select sum(n), sum(n_unasked), "
            f"sum(ceil(n_unasked / {settings.reason_pack_size})) from "
            "(select count(*) as n, count_if(flight is null) as n_unasked "
            f"from ({pending_sql}) group by item_id)"
        ).fetchall()
        if n_unasked:
            sample = reader.execute(
                f"{select} flight is null order by hash(item_id), item_id, tag limit {_SAMPLE_ROWS}"
            )
            packs = list(_reason_packs(sample.fetchall(), settings))
            work = Work("reason", Range.of(float(n_unasked)), Range.of(float(n_calls)), packs)
            announce(session, settings, environment, invocation_id, [work])
        is_waiting = "reason" in roles_in_batches(reader, settings, environment)
        if settings.may_ask and (count or is_waiting):

            def reasons(which: str) -> Iterator[Pack]:
                rows = session.cursor().execute(f"{select} {which} order by item_id, flight, tag")
                return _reason_packs(stream(rows), settings)

            n_questions = int(count or 0)
            ask(session, settings, environment, invocation_id, "reason", reasons, n_questions)
    columns = "questions.question_key, questions.item_id, questions.tag"
    reason = "answers.answer::json ->> '$.reason' as reason"
    return read_answers(
        session, questions_sql, columns, reason, role="'reason'", invocation_id=invocation_id
    )
