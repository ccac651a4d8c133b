"""Small catalogues for the end-to-end tests: pieces of the sample, written as files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.python.conftest import ROOT

__all__ = ["PLANTED", "PLANTED_IN", "Catalogue", "small_catalogue"]

Row = dict[str, Any]

ITEMS = ("parasite", "oldboy", "train-to-busan", "paddington-2")
# A manual tag of one item that occurs nowhere else: any other occurrence is a leak.
PLANTED, PLANTED_IN = "zzqx unique plant", "parasite"
_LISTS = ("genres", "countries", "people")
_DOCUMENTS_OF_ITEM = 2
# Every fifth base tag, and those that the test endpoint's model likes to give.
_STEP = 5
_LIKED = {"family", "class divide", "poverty", "crime", "violent", "parenthood", "revenge", "train"}


def _sample(name: str) -> list[Row]:
    path = ROOT / "seeds" / f"sample_{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PATHS = tuple(f"{row['modality']}:{row['category']}" for row in _sample("tag_categories"))


@dataclass
class Catalogue:
    """The rows of every input; `write` writes them to a project's folder."""

    items: list[Row]
    base_tags: list[Row]
    tag_categories: list[Row]
    few_shot_examples: list[Row]
    documents: list[Row]
    manual_tags: list[Row] = field(default_factory=list)

    def item(self, item_id: str) -> Row:
        """The row of one item, to change."""
        return next(row for row in self.items if row["item_id"] == item_id)

    def write(self, folder: Path) -> None:
        """Items as parquet with list columns, the rest as csv."""
        _write_items(folder / "items.parquet", self.items)
        for name in ("base_tags", "tag_categories", "few_shot_examples", "documents"):
            write_csv(folder / f"{name}.csv", getattr(self, name))
        write_csv(
            folder / "manual_tags.csv", self.manual_tags, columns=("item_id", "tag", "tagger")
        )


def _write_items(path: Path, rows: Sequence[Row]) -> None:
    text_columns = ["item_id", "title", "original_title", "summary", "synopsis"]
    text_columns += ["release_date", "poster_uri", "created_at", "updated_at", "extra"]
    schema = pa.schema(
        [(name, pa.string()) for name in text_columns]
        + [(name, pa.list_(pa.string())) for name in _LISTS]
    )
    full = [{name: row.get(name) for name in schema.names} for row in rows]
    pq.write_table(pa.Table.from_pylist(full, schema), path)


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = ()) -> None:
    """Rows as csv; lists become JSON arrays."""
    rows = list(rows)
    names = columns or list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def item_of(row: Row) -> Row:
    """A sample item with its lists as lists."""
    return {**row, **{name: json.loads(row[name] or "[]") for name in _LISTS}}


def small_catalogue(item_ids: Sequence[str] = ITEMS) -> Catalogue:
    """A few items of the sample with a part of the schema and of the documents."""
    items = {row["item_id"]: item_of(row) for row in _sample("items")}
    documents: list[Row] = []
    for item_id in item_ids:
        about = [row for row in _sample("documents") if row["item_id"] == item_id]
        documents += about[:_DOCUMENTS_OF_ITEM]
    return Catalogue(
        items=[items[item_id] for item_id in item_ids],
        base_tags=[
            row
            for n, row in enumerate(_sample("base_tags"))
            if n % _STEP == 0 or row["tag"] in _LIKED
        ],
        tag_categories=_sample("tag_categories"),
        few_shot_examples=_sample("few_shot_examples"),
        documents=documents,
        manual_tags=[
            *(row for row in _sample("manual_tags") if row["item_id"] in item_ids),
            {"item_id": PLANTED_IN, "tag": PLANTED, "tagger": "editor_a"},
        ],
    )
