"""A measured description of a poster in words, for models that cannot see images.

It reports only what pixels can show: colours by name with their share, brightness, contrast,
saturation, warmth, detail. It does not guess the content of the picture.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from PIL import Image, ImageFilter

_Steps = tuple[tuple[float, str], ...]

# Anchors in sRGB, one for each common colour name.
_COLOURS = {
    "black": (15, 15, 15),
    "dark grey": (70, 70, 72),
    "grey": (130, 130, 130),
    "light grey": (195, 195, 195),
    "white": (245, 245, 245),
    "cream": (240, 225, 190),
    "beige": (205, 180, 140),
    "brown": (105, 70, 40),
    "dark brown": (50, 32, 20),
    "maroon": (95, 15, 25),
    "red": (200, 30, 35),
    "orange": (230, 125, 40),
    "gold": (200, 160, 55),
    "yellow": (240, 215, 70),
    "olive": (110, 110, 50),
    "green": (50, 140, 65),
    "dark green": (25, 60, 40),
    "teal": (30, 125, 125),
    "pale blue": (165, 200, 225),
    "blue": (45, 95, 190),
    "navy": (20, 30, 75),
    "purple": (100, 50, 130),
    "pink": (230, 150, 175),
    "skin tone": (215, 160, 130),
}
# Words for measured values, each for values below its bound, the last for the rest.
_BRIGHTNESS = ((0.2, "dark"), (0.5, "medium bright"), (math.inf, "bright"))
_CONTRAST = ((0.12, "low contrast"), (0.25, "medium contrast"), (math.inf, "high contrast"))
_SATURATION = ((0.2, "muted"), (0.5, "moderately colourful"), (math.inf, "vivid"))
_WARMTH = ((-0.05, "cold"), (0.05, "neutral"), (math.inf, "warm"))
_DETAIL = ((0.08, "plain"), (0.25, "some detail"), (math.inf, "busy"))
_MEASURES = (_BRIGHTNESS, _CONTRAST, _SATURATION, _WARMTH, _DETAIL)
_COLOURS_FOLLOW = "colours"
_NO_COLOUR = "no dominant colour"
_SIZE = (64, 96)
_N_QUANTISED = 12
_N_NAMED = 4
_LEAST_SHARE = 0.05


def _lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b* (D65) of sRGB rows in [0, 255], shape (n, 3); the CIE 1976 formulas."""
    unit = rgb / 255.0
    linear = np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array(
        [[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]]
    )
    ratio = xyz / np.array([0.95047, 1.0, 1.08883])
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.stack(
        [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1
    )


@lru_cache(maxsize=1)
def _anchors() -> tuple[list[str], NDArray[np.float64]]:
    return list(_COLOURS), _lab(np.array(list(_COLOURS.values()), dtype=np.float64))


def _named_shares(image: Image.Image) -> list[tuple[str, float]]:
    quantised = image.quantize(_N_QUANTISED, method=Image.Quantize.MEDIANCUT)
    palette = quantised.getpalette() or []
    names, anchors = _anchors()
    shares: dict[str, float] = {}
    total = image.width * image.height
    for index, count in enumerate(quantised.histogram()[: len(palette) // 3]):
        rgb = np.array([palette[3 * index : 3 * index + 3]], dtype=np.float64)
        name = names[int(np.argmin(((anchors - _lab(rgb)) ** 2).sum(axis=1)))]
        shares[name] = shares.get(name, 0.0) + count / total
    ranked = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
    return [pair for pair in ranked if pair[1] >= _LEAST_SHARE][:_N_NAMED]


def description_words() -> tuple[str, ...]:
    """Return every word that a description may contain, sorted, in lower case."""
    phrases = [*_COLOURS, _COLOURS_FOLLOW, _NO_COLOUR]
    phrases += [phrase for steps in _MEASURES for _, phrase in steps]
    return tuple(sorted({word for phrase in phrases for word in phrase.split()}))


def description_word_table() -> pa.Table:
    """Return the column `word`, one row per word of `description_words`."""
    return pa.table({"word": pa.array(description_words(), type=pa.string())})


def _word(value: float, steps: _Steps) -> str:
    return next(word for bound, word in steps if value < bound)


def describe_image(image: Image.Image) -> str:
    """Describe `image` (any mode) in one line of about 40 tokens at most.

    Brightness is the mean and contrast the standard deviation of luminance in [0, 1]; saturation
    the mean of HSV's S; warmth the mean of (R - B) in [-1, 1]; detail the share of strong edges.
    """
    small = image.convert("RGB").resize(_SIZE, Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float64) / 255.0
    luminance = pixels @ np.array([0.2126, 0.7152, 0.0722])
    saturation = np.asarray(small.convert("HSV"), dtype=np.float64)[..., 1].mean() / 255.0
    warmth = float((pixels[..., 0] - pixels[..., 2]).mean())
    edges = np.asarray(small.convert("L").filter(ImageFilter.FIND_EDGES), dtype=np.float64)
    detail = float((edges[1:-1, 1:-1] > 48).mean())
    colours = ", ".join(f"{name} {share:.0%}" for name, share in _named_shares(small))
    measured = (
        float(luminance.mean()),
        float(luminance.std()),
        float(saturation),
        warmth,
        detail,
    )
    return "; ".join(
        [
            f"{_COLOURS_FOLLOW} {colours}" if colours else _NO_COLOUR,
            *(_word(value, steps) for value, steps in zip(measured, _MEASURES, strict=True)),
        ]
    )
