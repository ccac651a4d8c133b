"""Generation (paper, section 2.1): packs the paths of an item and parses the replies."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import duckdb

from python_udfs.first_tags import FirstTags
from python_udfs.later_calls import later_works
from python_udfs.llm.asking import ask, in_turns, pending_questions_sql, read_answers, stream
from python_udfs.llm.batch_rows import roles_in_batches
from python_udfs.llm.calls import Pack, Parsed, Question, Reply, compact
from python_udfs.llm.estimate import Work, announce
from python_udfs.llm.failures import ErrorClass
from python_udfs.llm.history import Range
from python_udfs.llm.json_text import complete_lists, json_of
from python_udfs.llm.prompts import render
from python_udfs.llm.tag_lists import tag_lists
from python_udfs.modalities import MODALITIES
from python_udfs.search.evidence import passages_of
from python_udfs.settings import Environment, Settings

__all__ = ["PathSpec", "answer_generation", "generation_pack", "parse_generation"]

_log = logging.getLogger(__name__)
# A partial pack needs more tokens per path than a full one: the JSON frame costs the same.
_PART_MARGIN = 1.3
_FRAME_TOKENS = 16
_SAMPLE_TEMPERATURE = 0.8
# Items whose prompts an estimate renders.
_SAMPLE_ITEMS = 40


@dataclass(frozen=True)
class PathSpec:
    """The values of a path that the prompt uses."""

    path: str
    category: str
    instruction: str
    max_tags: int
    examples: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class ItemInput:
    """What is shown of an item: its text or the opening, what was found, its modality's input."""

    item_text: str
    opening: str
    passages: str | None
    form: str
    content: str | None

    def with_passages(self, text: str) -> str:
        """`text`, then the passages found about the item with their sources."""
        found = [f"{p['source']}: {p['text']}" for p in passages_of(self.passages)]
        return "\n".join([text, *(["Found by search:", *found] if found else [])])


def _limits(role: str, settings: Settings) -> tuple[int, int]:
    """Number of questions in a full pack, and the tokens of its reply."""
    budget = MODALITIES[role].budget
    size, tokens = f"{budget}_pack_size", f"{budget}_output_tokens"
    return getattr(settings, size), getattr(settings, tokens)


def _schema(specs: Sequence[PathSpec]) -> dict[str, Any]:
    # A tag is a text, "lost love 9". Not every endpoint takes a pattern for it.
    tags = {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "properties": {s.category: {**tags, "maxItems": s.max_tags} for s in specs},
        "required": [s.category for s in specs],
        "additionalProperties": False,
    }


def parse_generation(categories: dict[str, str], reply: Reply) -> Parsed:
    """Return the tags of each category in `reply` as JSON text by question key.

    `categories` gives the question key of each category. Of a truncated reply, categories whose
    lists were complete count; the others are missing, never short.
    """
    is_cut = reply.finish_reason == "length"
    missing_class = ErrorClass.TRUNCATION if is_cut else ErrorClass.SCHEMA_VIOLATION
    try:
        value = json_of(complete_lists(reply.text) if is_cut else reply.text)
        if not isinstance(value, dict):
            return Parsed({}, missing_class, "not a JSON object of categories")
        lists = tag_lists(value, list(categories))
        found = {key: compact(lists[name]) for name, key in categories.items() if name in lists}
    except ValueError as error:
        return Parsed({}, ErrorClass.INVALID_JSON, f"not JSON: {error}")
    missing = sorted(c for c, key in categories.items() if key not in found)
    if missing:
        return Parsed(found, missing_class, f"no list for {', '.join(missing)}")
    return Parsed(found)


def generation_pack(
    questions: Sequence[Question],
    specs: dict[str, PathSpec],
    item: ItemInput,
    settings: Settings,
    sample_index: int,
) -> Pack:
    """Return the call that asks `questions`, paths of one item and one role."""
    role = questions[0].role
    asked = [specs[q.path or ""] for q in questions]
    values, parts = MODALITIES[role].show(item.form, item.content)
    messages = render(
        f"generate_{role}",
        settings.prompts_folder,
        language=settings.tag_language,
        categories=[
            {
                "category": spec.category,
                "instruction": spec.instruction,
                "max_tags": spec.max_tags,
                "examples": spec.examples,
            }
            for spec in asked
        ],
        item_text=item.with_passages(item.item_text),
        item_opening=item.with_passages(item.opening),
        **values,
    )
    if parts:
        messages[-1]["content"] = [{"type": "text", "text": messages[-1]["content"]}, *parts]
    full, budget = _limits(role, settings)
    part = math.ceil(budget * len(questions) / full * _PART_MARGIN) + _FRAME_TOKENS
    categories = {
        spec.category: question.key for spec, question in zip(asked, questions, strict=True)
    }
    return Pack(
        questions=tuple(questions),
        messages=messages,
        max_tokens=min(budget, part),
        parse=lambda _, reply: parse_generation(categories, reply),
        build=lambda part: generation_pack(part, specs, item, settings, sample_index),
        schema=_schema(asked),
        temperature=0.0 if sample_index == 0 else _SAMPLE_TEMPERATURE,
        seed=sample_index,
    )


def _packs(
    rows: Iterable[tuple[Any, ...]], specs: dict[str, PathSpec], settings: Settings
) -> Iterator[Pack]:
    def same_call(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return row[2:]

    for (item_id, role, sample_index, flight, *shown), group in groupby(rows, key=same_call):
        questions = [Question(key, role, item_id, path=path) for key, path, *_ in group]
        # A call in a batch stays whole, whatever the size is now.
        size = len(questions) if flight else _limits(role, settings)[0]
        for start in range(0, len(questions), size):
            part = questions[start : start + size]
            pack = generation_pack(part, specs, ItemInput(*shown), settings, sample_index)
            yield replace(pack, flight=flight)


def _works(
    reader: duckdb.DuckDBPyConnection,
    pending_sql: str,
    questions_sql: str,
    specs: dict[str, PathSpec],
    settings: Settings,
    roles: Sequence[tuple[str, str, str | None]],
) -> list[Work]:
    """The calls of generators, and those of evaluators and reasons that will follow.

    `roles` are all roles of the run with the model of each, and what it reads if it is an
    evaluator.
    """
    reader.execute(
        "create or replace temp table pending_calls as select question_key, role, item_id, "
        f"sample_index, hash(passages) as found from ({pending_sql}) where flight is null"
    )
    calls: dict[str, list[tuple[int, int]]] = {}
    for role, n_together, n_calls in reader.execute(
        """
        select role, n, count(*)
        from (
            select role, count(*) as n from pending_calls
            group by item_id, role, sample_index, found
        )
        group by all order by all
        """
    ).fetchall():
        calls.setdefault(role, []).append((n_together, n_calls))
    works: list[Work] = []
    texts: dict[str, tuple[str, str]] = {}
    for role, counts in calls.items():
        size, _ = _limits(role, settings)
        n_questions = float(sum(n * times for n, times in counts))
        n_calls = float(sum(math.ceil(n / size) * times for n, times in counts))
        sample = f"""
            select questions.*, null as flight from ({questions_sql}) as questions
            semi join (
                from pending_calls where item_id in (
                    select distinct item_id from pending_calls where role = '{role}'
                    order by hash(item_id) limit {_SAMPLE_ITEMS}
                )
            ) as pending using (question_key, item_id)
        """
        rows = _pending_rows(reader, sample, role).fetchall()
        packs = list(_packs(rows, specs, settings))
        works.append(Work(role, Range.of(n_questions), Range.of(n_calls), packs))
        texts |= {item_id: (text, opening) for _, _, item_id, _, _, _, text, opening, *_ in rows}
    if works:
        ((n_items, n_whole),) = reader.execute(
            f"""
            select count(distinct item_id), count(*) / (
                select count(*) / count(distinct item_id) from ({questions_sql})
            )
            from pending_calls
            """
        ).fetchall()
        shown, n_whole = list(texts.values()), min(n_whole, n_items)
        works += later_works(reader, settings, roles, shown, n_items, n_whole)
    reader.execute("drop table pending_calls")
    return works


def _pending_rows(
    reader: duckdb.DuckDBPyConnection, pending_sql: str, role: str
) -> duckdb.DuckDBPyConnection:
    """The questions of a role in the order in which packs take them."""
    return reader.execute(
        "select question_key, path, item_id, role, sample_index, flight, item_text, opening, "
        f"passages, input_form, input_content from ({pending_sql}) where role = ? "
        "order by item_id, sample_index, flight nulls first, passages nulls first, level, path",
        [role],
    )


def _say_paths_without_questions(
    reader: duckdb.DuckDBPyConnection, questions_sql: str, specs: dict[str, PathSpec]
) -> None:
    rows = reader.execute(f"select distinct path from ({questions_sql})").fetchall()
    idle = sorted(specs.keys() - {path for (path,) in rows})
    if rows and idle:
        _log.warning(
            "no item has the input that %s needs (see stg_rejected_rows); the build continues "
            "without these paths",
            ", ".join(idle),
        )


def answer_generation(
    session: duckdb.DuckDBPyConnection,
    settings: Settings,
    environment: Environment,
    invocation_id: str,
    questions_sql: str,
    categories: Iterable[tuple[str, str, str, int, str | None]],
    roles: Sequence[tuple[str, str, str | None]] = (),
) -> duckdb.DuckDBPyRelation:
    """Ask the questions that the ledger lacks answers to; return a relation of all questions.

    `questions_sql` gives question_key, path, level, item_id, role, sample_index, item_text,
    opening, passages (JSON text or null), input_form, input_content. `categories` are (path,
    category, instruction, max_tags, examples as JSON), `roles` all roles of the run with their
    models and what evaluators read. Columns of the result: question_key, item_id, path, call_id,
    status (of read_answers), error_class, answer (JSON text), answered_at.
    """
    specs = {
        path: PathSpec(path, category, instruction, n, tuple(json.loads(examples or "[]")))
        for path, category, instruction, n, examples in categories
    }
    pending_sql = pending_questions_sql(questions_sql, retry_quarantined=settings.retry_quarantined)
    if not settings.is_empty:
        works = _works(session.cursor(), pending_sql, questions_sql, specs, settings, roles)
        announce(session, settings, environment, invocation_id, works)
    if settings.may_ask:
        reader = session.cursor()
        _say_paths_without_questions(reader, questions_sql, specs)
        counts = reader.execute(
            f"select role, item_id, count(*) from ({pending_sql}) group by role, item_id"
        )
        pending: dict[str, dict[str, int]] = {role: {} for role in MODALITIES}
        for role, item_id, count in counts.fetchall():
            pending[role][item_id] = count
        waiting = roles_in_batches(reader, settings, environment)
        by_role = {role: n for role, n in pending.items() if n or role in waiting}
        for role, waits in in_turns(by_role, settings):

            def packs(which: str, role: str = role) -> Iterator[Pack]:
                sql = f"select * from ({pending_sql}) where {which}"
                rows = _pending_rows(session.cursor(), sql, role)
                return _packs(stream(rows), specs, settings)

            n_questions = by_role[role]
            ask(
                session, settings, environment, invocation_id, role, packs,
                sum(n_questions.values()), FirstTags(role, n_questions), waits=waits,
            )  # fmt: skip
    columns = "questions.question_key, questions.item_id, questions.path"
    return read_answers(
        session, questions_sql, columns, role="questions.role", invocation_id=invocation_id
    )
