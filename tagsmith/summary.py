"""The summary at the end of `make build`: results, cost, and where to look."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from tagsmith.options import LEDGER, WAREHOUSE, Ledger, Warehouse
from tagsmith.warehouse import open_read_only


@dataclass(frozen=True)
class Build:
    """The content of the summary, read before anything is printed."""

    counts: dict[str, Any]
    cleaned: dict[str, float]
    published: str | None
    example: tuple[str, str, list[tuple[str, str]]] | None


def read_build(warehouse: Path) -> Build:
    """Return the state of `warehouse`; raises InputError if it cannot be read."""
    with open_read_only(warehouse) as connection:
        summary = connection.execute("select * from pipeline_summary")
        names = [column[0] for column in summary.description]
        counts = dict(zip(names, summary.fetchall()[0], strict=True))
        cleaned = connection.execute(
            "select measure, value from run_health "
            "where measure in ('placeholder_share', 'markup_share') and value > 0"
        ).fetchall()
        published = connection.execute(
            "select path from publications where is_of_this_build"
        ).fetchall()
        items = connection.execute(
            "select item_id, title from item_features where n_tags > 0 "
            "order by n_tags desc, item_id limit 1"
        ).fetchall()
        example = None
        if items:
            item_id, title = items[0]
            tags = connection.execute(
                "select tag, status from item_tags where item_id = ? order by rank", [item_id]
            ).fetchall()
            example = (item_id, title, tags)
    return Build(counts, dict(cleaned), published[0][0] if published else None, example)


@dataclass(frozen=True)
class NewCalls:
    """The calls of a build, and their cost as it was expected; None without a price or calls."""

    n: int
    usd: float | None
    expected_usd: float | None
    low_usd: float | None
    high_usd: float | None


def read_new_calls(ledger: Path, started_at: float) -> NewCalls | None:
    """Return the calls since `started_at` (seconds since 1970), None if the ledger is missing."""
    if not ledger.is_file():
        return None
    since = dt.datetime.fromtimestamp(started_at, dt.UTC).replace(tzinfo=None)
    with open_read_only(ledger) as connection:
        rows = connection.execute(
            """
            select count(*), sum(coalesce(cost_usd, reserved_usd)), any_value(expected),
                any_value(low), any_value(high)
            from llm_calls
            cross join (
                select sum(cost_usd) as expected, sum(cost_usd_low) as low,
                    sum(cost_usd_high) as high
                from llm_estimates where estimated_at >= $since and is_asked
            )
            where started_at >= $since
            """,
            {"since": since},
        )
        return NewCalls(*rows.fetchall()[0])


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def render(build: Build, warehouse: Path, minutes: float | None, new: NewCalls | None) -> str:
    """Return the summary as text."""
    c = build.counts
    cost = f"{c['cost_usd']:.4f} USD"
    if c["n_unpriced_calls"]:
        cost += f" and {c['n_unpriced_calls']:,} calls without a known price"
    per_item = "-" if c["tags_per_item"] is None else f"{c['tags_per_item']:.1f}"
    lines = [
        f"items     {c['n_items']:,} ({c['n_items_without_tags']:,} without tags), "
        f"{c['n_rejected_rows']:,} input rows or values rejected",
        f"tags      {c['n_tags']:,} ({per_item} per item): {_share(c['mapped_share'])} mapped, "
        f"{_share(c['novel_share'])} novel",
        f"calls     {c['n_calls']:,} ever ({c['n_failed_calls']:,} failed)"
        + ("" if new is None else f", {new.n:,} in this build"),
        f"tokens    {c['prompt_tokens']:,} read ({c['cached_tokens']:,} from the cache), "
        f"{c['completion_tokens']:,} written",
        f"cost      {cost}",
    ]
    if build.cleaned:
        shares = {"placeholder_share": 0.0, "markup_share": 0.0, **build.cleaned}
        cleaned = "{placeholder_share:.1%} only placeholders, {markup_share:.1%} lost markup"
        lines.insert(1, f"texts     {cleaned.format(**shares)}")
    if new is not None and new.usd is not None and new.expected_usd is not None:
        lines.append(
            f"build     {new.usd:.4f} USD, expected {new.expected_usd:.4f} "
            f"({new.low_usd:.4f} to {new.high_usd:.4f})"
        )
    if minutes is not None:
        lines.append(f"minutes   {minutes:.1f}")
    unanswered = c["n_quarantined"] + c["n_pending"] - c["n_in_batches"]
    if unanswered:
        lines.append(
            f"missing   {unanswered:,} questions without an answer: table question_failures"
        )
    if c["n_in_batches"]:
        lines.append(f"batches   {c['n_in_batches']:,} questions wait in them; build again later")
    if c["n_not_attempted"]:
        cost = c["not_attempted_usd"]
        lines.append(
            f"budget    {c['n_not_attempted']:,} questions not attempted"
            + ("" if cost is None else f", about {cost:.4f} USD")
            + "; raise the budget, or build again when it has room"
        )
    lines += ["", f"warehouse {warehouse}: item_features, item_tags, tag_decisions"]
    if build.published:
        current = Path(build.published).parent / "current"
        lines.append(f"published {current}: the same as parquet")
    else:
        lines.append(
            "published not this build: gates did not run, or a rollback holds it (`make resume`)"
        )
    if build.example:
        item_id, title, tags = build.example
        said = ", ".join(f"{tag}*" if status == "novel" else tag for tag, status in tags)
        lines += ["", f"{title}: {said}", "(* novel; the others are in the schema)"]
        lines.append(f'why an item has or lacks a tag: make why ITEM="{item_id}" [TAG="..."]')
    return "\n".join(lines)


def summary(
    started_at: Annotated[
        float | None, typer.Option(help="start of the build, seconds since 1970")
    ] = None,
    warehouse: Warehouse = WAREHOUSE,
    ledger: Ledger = LEDGER,
) -> None:
    """Print results, cost and where to look; `make build` ends with it."""
    build = read_build(warehouse)
    minutes = new = None
    if started_at is not None:
        minutes = (time.time() - started_at) / 60
        new = read_new_calls(ledger, started_at)
    print("\n" + render(build, warehouse, minutes, new))
