"""Cards of items: poster, tags, reasons and evidence; only posters under the root are read."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

from PIL import Image

from tagsmith.report.reading import Row, Warehouse

__all__ = ["item_cards", "thumbnail"]

_SIZE = (240, 360)  # pixels, twice what the page shows, for sharp screens
_QUALITY = 72
_EVIDENCE = "select tag, passages from int_search_evidence where item_id = $item_id"


def item_cards(warehouse: Warehouse, sql: str, n_items: int, poster_root: str | None) -> list[Row]:
    """Return the first items of `sql`, those with a poster first.

    Adds `poster`, a data URI or None, and the `evidence` that the evaluators of a novel tag saw.
    """
    items = warehouse.rows(sql)
    root = Path(poster_root) if poster_root else None
    posters = warehouse.rows_or_none(
        "select item_id, poster_path from stg_poster_files where poster_path is not null"
    )
    paths = {row["item_id"]: row["poster_path"] for row in posters}
    items.sort(key=lambda item: item["item_id"] not in paths)
    for item in items[:n_items]:
        item["poster"] = thumbnail(paths.get(item["item_id"]), root)
        evidence = warehouse.rows_or_none(_EVIDENCE, {"item_id": item["item_id"]})
        passages = {row["tag"]: json.loads(row["passages"] or "[]") for row in evidence}
        for tag in item["tags"]:
            tag["evidence"] = passages.get(tag["tag"], []) if tag["status"] == "novel" else []
    return items[:n_items]


def thumbnail(path: str | None, root: Path | None) -> str | None:
    """Return the poster as a JPEG data URI, None if it is not a readable image under `root`."""
    if not path or root is None:
        return None
    file = Path(path).resolve()
    if not file.is_relative_to(root.resolve()):
        return None
    try:
        with Image.open(file) as image:
            small = image.convert("RGB")
            small.thumbnail(_SIZE)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    buffer = io.BytesIO()
    small.save(buffer, format="JPEG", quality=_QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
