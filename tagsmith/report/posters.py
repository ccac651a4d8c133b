"""Posters as small data URIs; only files under the configured root are read."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image

__all__ = ["thumbnail"]

_SIZE = (240, 360)  # pixels, twice what the page shows, for sharp screens
_QUALITY = 72


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
