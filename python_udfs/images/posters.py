"""Read posters from a configured root or configured hosts; check, hash and describe them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2 as httpx
import pyarrow as pa
from PIL import Image

from python_udfs.errors import InputError
from python_udfs.images.describe import describe_image
from python_udfs.settings import Environment, Inputs

SCHEMA = pa.schema(
    [
        ("item_id", pa.string()),
        ("poster_uri", pa.string()),
        ("poster_path", pa.string()),
        ("image_hash", pa.string()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("description", pa.string()),
        ("rejected_reason", pa.string()),
    ]
)
_BATCH = 256
_FETCH_TIMEOUT_S = 20


@dataclass(frozen=True)
class PosterLimits:
    """Where posters may come from and how large they may be (bytes, pixels)."""

    root: Path | None
    hosts: frozenset[str]
    max_bytes: int
    max_pixels: int
    cache_dir: Path


def _fetch(uri: str, limits: PosterLimits) -> Path:
    """Download once into the cache; the same address is never fetched again."""
    host = urlsplit(uri).hostname or ""
    if host not in limits.hosts:
        raise InputError(f"host {host} is not in the var poster_hosts")
    target = limits.cache_dir / "posters" / hashlib.sha256(uri.encode()).hexdigest()
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    content = bytearray()
    try:
        # Redirects could lead to a host that is not configured, so they are not followed.
        with httpx.stream("GET", uri, timeout=_FETCH_TIMEOUT_S) as response:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > limits.max_bytes:
                    raise InputError(f"over {limits.max_bytes} bytes (var poster_max_bytes)")
    except httpx.HTTPStatusError as error:
        raise InputError(f"the host answered {error.response.status_code}") from error
    except httpx.HTTPError as error:
        raise InputError(f"the host did not answer ({type(error).__name__})") from error
    partial = target.with_suffix(".part")
    partial.write_bytes(content)
    partial.replace(target)
    return target


def _locate(uri: str, limits: PosterLimits) -> Path:
    scheme = urlsplit(uri).scheme
    if scheme in ("http", "https"):
        return _fetch(uri, limits)
    if "://" in uri:
        raise InputError(f"scheme {scheme} is not supported; use a path, http or https")
    if limits.root is None:
        raise InputError("a local path, but the var poster_root is not set")
    root = limits.root.resolve()
    path = (root / uri).resolve()
    if uri.startswith("/") and not path.is_relative_to(root):
        # Catalogues write paths under a root of their own: "/abc.jpg".
        path = (root / uri.lstrip("/")).resolve()
    if not path.is_relative_to(root):
        raise InputError("the path leads out of poster_root")
    return path


def _read(uri: str, limits: PosterLimits) -> dict[str, object]:
    path = _locate(uri, limits)
    if not path.is_file():
        raise InputError("there is no such file under poster_root")
    if path.stat().st_size > limits.max_bytes:
        raise InputError(f"over {limits.max_bytes} bytes (var poster_max_bytes)")
    content = path.read_bytes()
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > limits.max_pixels:
                raise InputError(f"over {limits.max_pixels} pixels (var poster_max_pixels)")
            image.load()
            return {
                "poster_path": str(path),
                "image_hash": hashlib.sha256(content).hexdigest(),
                "width": image.width,
                "height": image.height,
                "description": describe_image(image),
            }
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError("not an image, or unreadable; save it as PNG or JPEG") from error


def _rows(posters: Iterable[tuple[str, str]], limits: PosterLimits) -> Iterator[dict[str, object]]:
    for item_id, uri in posters:
        row: dict[str, object] = {"item_id": item_id, "poster_uri": uri}
        try:
            row |= _read(uri, limits)
        except InputError as error:
            row["rejected_reason"] = str(error)
        except (OSError, ValueError):  # a name too long, an invalid byte, no permission
            row["rejected_reason"] = "the path or address cannot be read"
        yield row


def _batches(rows: Iterator[dict[str, object]]) -> Iterator[pa.RecordBatch]:
    batch: list[dict[str, object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield pa.RecordBatch.from_pylist(batch, SCHEMA)
            batch = []
    yield pa.RecordBatch.from_pylist(batch, SCHEMA)


def read_posters(
    posters: Iterable[tuple[str, str]], settings: Inputs, environment: Environment
) -> pa.RecordBatchReader:
    """Stream one row per (item_id, poster_uri), with a reason if it cannot be used."""
    limits = PosterLimits(
        root=Path(settings.poster_root) if settings.poster_root else None,
        hosts=frozenset(settings.poster_hosts),
        max_bytes=settings.poster_max_bytes,
        max_pixels=settings.poster_max_pixels,
        cache_dir=environment.cache_dir,
    )
    return pa.RecordBatchReader.from_batches(SCHEMA, _batches(_rows(posters, limits)))
