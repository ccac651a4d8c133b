"""A sample of items with poster, tags, reasons and evidence."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from tagsmith.report.blocks import Card, Section, TagLine, or_notice
from tagsmith.report.posters import thumbnail
from tagsmith.report.tables import Row, Tables
from tagsmith.report.wording import number

__all__ = ["section"]

_TEXT = 320  # characters of the item's text that a card shows


def section(tables: Tables, n_items: int) -> Section:
    """Return the section with `n_items` items, those with posters first, drawn by their ids."""
    return Section(
        "items",
        "Items and their tags",
        f"{n_items} items at most, drawn by the hash of their ids, those with a poster first. "
        "Posters and texts belong to their owners: this page is for local use, do not publish it. "
        "Why an item has a tag, or has not, is in the table tag_decisions; the command below each "
        "item prints it.",
        or_notice(partial(_cards, tables, n_items)),
    )


def _cards(tables: Tables, n_items: int) -> list[Card]:
    root = tables.setting("poster_root")
    paths = {
        row["item_id"]: row["poster_path"]
        for row in tables.rows_or_none("stg_posters", ("item_id", "poster_path"))
    }
    tagged = {row["item_id"] for row in tables.rows("item_tags", ("item_id",))}
    items = tables.rows(
        "stg_items", ("item_id", "title", "summary", "synopsis", "genres", "release_date")
    )
    drawn = sorted(
        (item for item in items if item["item_id"] in tagged),
        key=lambda item: (item["item_id"] not in paths, _lot(item["item_id"])),
    )
    return [
        _card(tables, item, thumbnail(paths.get(item["item_id"]), Path(root) if root else None))
        for item in drawn[:n_items]
    ]


def _lot(item_id: str) -> str:
    return sha256(item_id.encode()).hexdigest()


def _card(tables: Tables, item: Row, poster: str | None) -> Card:
    tags = tables.rows(
        "item_tags",
        ("rank", "tag", "category", "score", "status", "base_tag", "nearest_base_tag",
         "similarity", "match_kind", "reason"),
        where="item_id = ?",
        values=(item["item_id"],),
    )  # fmt: skip
    evidence = {
        row["tag"]: _passages(row["passages"])
        for row in tables.rows_or_none(
            "int_search_evidence", ("tag", "passages"),
            where="item_id = ?", values=(item["item_id"],),
        )
    }  # fmt: skip
    year = [str(item["release_date"].year)] if item["release_date"] else []
    return Card(
        item["title"] or item["item_id"],
        " · ".join([*year, ", ".join(item["genres"] or [])]).strip(" ·"),
        _cut(item["summary"] or item["synopsis"] or ""),
        poster,
        [_tag(row, evidence.get(row["tag"], [])) for row in tags],
        "make why ITEM=" + shlex.quote(str(item["item_id"])).replace("$", "$$"),
    )


def _tag(row: Row, evidence: Sequence[tuple[str, str]]) -> TagLine:
    is_novel = row["status"] == "novel"
    if is_novel:
        detail = "not in the schema"
        if row["nearest_base_tag"]:
            detail += f"; nearest there: {row['nearest_base_tag']}, {number(row['similarity'], 2)}"
    else:
        detail = f"mapped to the schema ({row['match_kind'] or 'match'})"
    return TagLine(
        row["tag"],
        row["category"] or "",
        number(row["score"], 2),
        is_novel,
        detail,
        row["reason"],
        evidence if is_novel else (),
    )


def _passages(text: str | None) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = json.loads(text or "[]")
    return [(str(passage["source"]), str(passage["text"])) for passage in found]


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else text[:_TEXT].rsplit(" ", 1)[0] + " …"
