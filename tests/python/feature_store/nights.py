"""A published history of two nights, typed by dbt's contract."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import duckdb

__all__ = ["ALL", "MODEL", "NIGHT1", "NIGHT2", "columns", "manifest_with", "write_nights"]

MODEL = "model.tagsmith.item_features"
# The first lies more than a year back: Feast's own incremental run would leave it out.
NIGHT1 = dt.datetime(2024, 3, 1, 2, 0, 0, 123456)
NIGHT2 = dt.datetime(2026, 3, 2, 2, 0, 0, 500000)
ALL = ("added", "removed", "retagged", "steady", "untagged")
_OF_SNAPSHOT = {
    "is_deleted": "boolean", "version": "varchar", "published_at": "timestamp",
    "dbt_scd_id": "varchar", "dbt_updated_at": "timestamp", "dbt_valid_from": "timestamp",
    "dbt_valid_to": "timestamp",
}  # fmt: skip
_FILM = {
    "title": "T", "original_title": "O", "genres": ["Drama", "Crime"], "countries": ["KR"],
    "release_date": dt.date(2019, 5, 30), "people": ["Bong Joon-ho"], "n_tags": 1,
    "n_mapped_tags": 1, "n_novel_tags": 0, "is_complete": True, "pipeline_version": "0.1.0",
}  # fmt: skip


def columns(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The contract's columns as dbt's manifest holds them."""
    found: dict[str, dict[str, Any]] = manifest["nodes"][MODEL]["columns"]
    return found


def manifest_with(manifest: dict[str, Any], name: str, **changes: Any) -> dict[str, Any]:
    """The manifest with one column changed, or with a new one of the extended metadata."""
    changed = copy.deepcopy(manifest)
    meta = {"config": {"meta": {"feature_view": "item_extended_metadata"}}}
    column = columns(changed).setdefault(name, {"name": name, "description": "", **meta})
    column.update(changes)
    return changed


def _row(item_id: str, night: dt.datetime, *tags: str, **changes: Any) -> dict[str, Any]:
    of_night = {
        "item_id": item_id, "is_deleted": False, "version": f"v{1 if night == NIGHT1 else 2}",
        "published_at": night, "dbt_updated_at": night, "dbt_valid_from": night,
        "dbt_scd_id": f"{item_id} {night}",
    }  # fmt: skip
    tag_list = [{"tag": tag, "score": 0.5} for tag in tags]
    features = {
        **_FILM, "tags": list(tags), "tags_json": json.dumps(tag_list, ensure_ascii=False),
        "tag_vector": [1 / len(tags)] * 384 if tags else [0.0] * 384,
        "generated_at": night - dt.timedelta(hours=1), "content_hash": "".join(tags),
    }  # fmt: skip
    return {**of_night, **features, **changes}


def _night1() -> list[dict[str, Any]]:
    nothing: dict[str, Any] = {"people": None, "countries": [], "original_title": None}
    return [
        _row("retagged", NIGHT1, "rain"),
        _row("steady", NIGHT1, "revenge", release_date=dt.date(1955, 3, 4), **nothing),
        _row("removed", NIGHT1, "grief"),
        _row("untagged", NIGHT1, n_tags=0, n_mapped_tags=0, generated_at=None, release_date=None),
    ]


def _night2() -> list[dict[str, Any]]:
    closed = [
        {**row, "dbt_valid_to": NIGHT2} if row["item_id"] in {"retagged", "removed"} else row
        for row in _night1()
    ]
    tombstone = {
        name: value
        for name, value in _row("removed", NIGHT2, is_deleted=True).items()
        if name.startswith("dbt_") or name in {"item_id", "is_deleted", "version", "published_at"}
    }
    return [
        *closed,
        _row("retagged", NIGHT2, "heist", "film noir 🎬"),
        _row("added", NIGHT2, "space"),
        tombstone,
    ]


def _write(rows: list[dict[str, Any]], manifest: dict[str, Any], file: Path) -> None:
    types = {name: column["data_type"] for name, column in columns(manifest).items()}
    types |= _OF_SNAPSHOT
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        declared = ", ".join(f'"{name}" {data_type}' for name, data_type in types.items())
        connection.execute(f"create table history ({declared})")
        marks = ", ".join("?" for _ in types)
        for row in rows:
            values = [row.get(name) for name in types]
            connection.execute(f"insert into history values ({marks})", values)
        connection.execute(f"copy history to '{file}' (format parquet)")


def write_nights(folder: Path, manifest: dict[str, Any]) -> None:
    """Write night1, night2 and, with one more column and pipeline version, night3 and manifests."""
    wider = manifest_with(manifest, "mood", data_type="varchar", description="Mood of the item.")
    _write(_night1(), manifest, folder / "night1.parquet")
    _write(_night2(), manifest, folder / "night2.parquet")
    new_version = {"mood": "dark", "pipeline_version": "0.2.0"}
    night3 = [{**row, **({} if row.get("is_deleted") else new_version)} for row in _night2()]
    old = {"pipeline_version": "0.1.0"}
    night3 = [{**row, **old} if row["version"] == "v1" else row for row in night3]
    _write(night3, wider, folder / "night3.parquet")
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "wider.json").write_text(json.dumps(wider), encoding="utf-8")
