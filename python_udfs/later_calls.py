"""Predicts the calls of evaluators and for reasons, before the answers that they depend on."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from python_udfs.evaluators import Judged, reason_pack, verdict_pack
from python_udfs.llm.calls import Pack, Question
from python_udfs.llm.estimate import Work
from python_udfs.llm.history import Range, range_of
from python_udfs.modalities import MODALITIES
from python_udfs.search.lines import lines_to_expect
from python_udfs.settings import Settings

__all__ = ["later_works"]

# Items that tell how many verdicts others will have.
_ENOUGH_ITEMS = 5
# Until then: questions of an item, of those that the settings allow.
_VERDICTS_SHARE, _REASONS_SHARE = 0.8, 0.5


def later_works(
    reader: duckdb.DuckDBPyConnection,
    settings: Settings,
    roles: Sequence[tuple[str, str, str | None]],
    texts: Sequence[tuple[str, str]],
    n_items: int,
    n_whole: float,
) -> list[Work]:
    """The calls of evaluators and for reasons that will follow those of generators.

    `texts` (each with its opening) are a sample of the `n_items` that are asked about; `n_whole`
    is their number where an item of which only some paths are asked counts in part. Questions per
    item are as in the runs of the ledger, else a prior: up to all that the settings allow.
    """
    works = []
    for role, model, reads in roles:
        is_reason = role == "reason"
        is_off = is_reason and not settings.evaluator_reasons
        if role in MODALITIES or is_off or not settings.use_evaluators:
            continue
        most = settings.max_reasons
        if not is_reason:
            offers = settings.judged_offers if role == settings.offers_evaluator else 0
            most = settings.max_evaluated_novel + offers
        seen, mean, sd = reader.execute(
            """
            with answers as (
                select answers.item_id, answers.path, answers.role = $role as is_of_role,
                    calls.invocation_id
                from ledger.main.llm_answers as answers
                inner join ledger.main.llm_calls as calls using (call_id)
            )
            select count(*), avg(n), coalesce(stddev_samp(n), 0)
            from (
                select count_if(is_of_role) as n from answers
                where invocation_id in (select invocation_id from answers where is_of_role)
                group by item_id, invocation_id having bool_or(path is not null)
            )
            """,
            {"role": role},
        ).fetchall()[0]
        units = Range(n_items if n_whole == n_items else 0.0, n_whole, n_items)
        if seen >= _ENOUGH_ITEMS and mean:
            questions = range_of(mean, sd, seen, units)
        else:
            share = _REASONS_SHARE if is_reason else _VERDICTS_SHARE
            questions = Range(0.0, n_whole * most * share, float(n_items * most))
        size = max(min(settings.reason_pack_size, most), 1) if is_reason else 1
        # An item with fewer than a full pack has a call of its own.
        calls = Range(questions.low / size, questions.expected / size, questions.high)
        shown = [opening if reads == "opening" else text for text, opening in texts]
        packs = _sample(role, shown, size, settings, reads)
        works.append(Work(role, questions, calls, packs, "predicted", model))
    return works


def _sample(
    role: str, texts: Sequence[str], size: int, settings: Settings, reads: str | None
) -> list[Pack]:
    """Packs as they may be: usual tags, with the most evidence that is sent or with none."""
    words = " ".join(["evidence"] * settings.evidence_words)
    passage = {"source": "A source", "item_id": None, "text": words}
    most = (passage,) * settings.evidence_passages
    packs = []
    for n, text in enumerate(texts):
        for lines in lines_to_expect(reads, text, None, settings.evidence_lines):
            judged = [
                Judged(Question(tag, role, "", tag=tag), tag, most if n % 2 else (), lines)
                for tag in (f"a usual tag {number}" for number in range(size))
            ]
            is_reason = role == "reason"
            packs.append(
                reason_pack(judged, text, settings)
                if is_reason
                else verdict_pack(judged[0], text, settings)
            )
    return packs
