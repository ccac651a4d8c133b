"""The measured description of a poster uses only counts of pixels."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

from python_udfs.images.describe import describe_image, description_words
from python_udfs.normalise import normalise_tag


def plain(colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (200, 300), colour)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((10, 10, 10), "black"),
        ((250, 250, 250), "white"),
        ((128, 128, 128), "grey"),
        ((205, 25, 30), "red"),
        ((45, 95, 190), "blue"),
        ((20, 30, 75), "navy"),
        ((50, 140, 65), "green"),
        ((240, 215, 70), "yellow"),
        ((230, 125, 40), "orange"),
        ((100, 50, 130), "purple"),
        ((105, 70, 40), "brown"),
        ((30, 125, 125), "teal"),
    ],
)
def test_a_colour_has_its_name(colour: tuple[int, int, int], name: str) -> None:
    assert f"colours {name} 100%;" in describe_image(plain(colour))


def test_colours_stand_with_their_shares_the_greatest_first() -> None:
    image = plain((10, 10, 10))
    image.paste((205, 25, 30), (0, 0, 200, 75))
    assert describe_image(image).startswith("colours black 75%, red 25%;")


def test_a_trace_of_colour_is_not_named() -> None:
    image = plain((10, 10, 10))
    image.paste((205, 25, 30), (0, 0, 200, 9))
    assert "red" not in describe_image(image)


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        ((10, 10, 10), ["dark", "low contrast", "muted", "neutral", "plain"]),
        ((250, 250, 250), ["bright", "low contrast", "muted"]),
        ((230, 30, 30), ["vivid", "warm"]),
        ((30, 60, 230), ["vivid", "cold"]),
        ((120, 120, 120), ["medium bright"]),
    ],
)
def test_what_is_measured_is_said_in_words(colour: tuple[int, int, int], words: list[str]) -> None:
    said = describe_image(plain(colour)).split("; ")
    assert [word for word in words if word not in said] == []


def test_noise_is_busy_and_halves_have_contrast() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (96, 64, 3), dtype=np.uint8)
    assert "busy" in describe_image(Image.fromarray(noise))
    halves = plain((0, 0, 0))
    halves.paste((255, 255, 255), (0, 0, 200, 150))
    assert "high contrast" in describe_image(halves)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1", "I;16", "LA"])
def test_any_mode_is_described(mode: str) -> None:
    image = Image.new(mode, (30, 40))
    assert describe_image(image).startswith("colours ")


@pytest.mark.parametrize("size", [(1, 1), (3000, 2), (2, 3000)])
def test_any_size_is_described(size: tuple[int, int]) -> None:
    assert "colours black 100%" in describe_image(Image.new("RGB", size, (10, 10, 10)))


def test_the_same_pixels_have_the_same_words() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 200, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    assert describe_image(image) == describe_image(image.copy())
    assert len(describe_image(image)) < 200


def test_every_word_that_is_said_is_a_word_of_the_vocabulary() -> None:
    rng = np.random.default_rng(2)
    images = [plain((int(r), int(g), int(b))) for r, g, b in rng.integers(0, 256, (60, 3))]
    images += [
        Image.fromarray(rng.integers(0, top, (96, 64, 3), dtype=np.uint8)) for top in (40, 120, 256)
    ]
    said = {word for image in images for word in re.findall("[a-z]+", describe_image(image))}
    assert said <= set(description_words())
    assert {"dark", "red", "colours", "contrast", "dominant"} <= set(description_words())


def test_every_word_of_the_vocabulary_is_a_tag_of_one_word() -> None:
    assert [word for word in description_words() if normalise_tag(word) != word] == []
