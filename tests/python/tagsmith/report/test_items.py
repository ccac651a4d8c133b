"""Item cards: posters only from the configured root, tags with reasons, a command to ask why."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import duckdb
import pytest
from PIL import Image

from tagsmith.report.blocks import Card
from tagsmith.report.posters import thumbnail
from tagsmith.report.sections.items import section
from tagsmith.report.tables import Tables
from tests.python.tagsmith.report.warehouses import HOSTILE


def _cards(warehouse: Path, n_items: int = 8) -> list[Card]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        blocks = section(Tables(connection), n_items).blocks
    return [block for block in blocks if isinstance(block, Card)]


def test_tagged_items_stand_there_those_with_a_poster_first(warehouse: Path) -> None:
    assert [card.poster is not None for card in _cards(warehouse)] == [True, False]
    assert [card.title for card in _cards(warehouse, 1)] == [f"Parasite {HOSTILE}"]
    assert _cards(warehouse, 0) == []


def test_novel_tags_are_marked_and_quote_reason_and_evidence(warehouse: Path) -> None:
    mapped, novel = _cards(warehouse)[0].tags
    assert (mapped.is_novel, mapped.detail) == (False, "mapped to the schema (exact)")
    assert (novel.is_novel, novel.detail) == (True, "not in the schema; nearest there: odour, 0.70")
    assert novel.reason == f"The host notes it. {HOSTILE}"
    assert novel.evidence == [("A review", "It smells <b>here</b>.")]


def test_the_command_survives_a_shell_and_make(warehouse: Path) -> None:
    commands = [card.command for card in _cards(warehouse)]
    assert commands == ["make why ITEM=parasite", "make why ITEM='it'\"'\"'s 50$$ & co'"]


def test_a_long_text_is_cut_at_a_word(warehouse: Path) -> None:
    text = _cards(warehouse)[1].text
    assert len(text) < 330
    assert text.endswith(" …")


def test_a_poster_becomes_a_small_jpeg(poster_root: Path) -> None:
    uri = thumbnail(str(poster_root / "parasite.png"), poster_root)
    assert uri is not None
    kind, _, content = uri.partition(",")
    assert kind == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(content))) as image:
        assert image.size == (240, 360)


@pytest.mark.parametrize("path", ["../secret.png", "link.png", "none.png", "text.png"])
def test_what_is_no_image_under_the_root_is_no_poster(
    path: str, poster_root: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "secret.png")
    (poster_root / "link.png").symlink_to(tmp_path / "secret.png")
    (poster_root / "text.png").write_text("not an image")
    assert thumbnail(str(poster_root / path), poster_root) is None


def test_without_a_root_no_file_is_read(poster_root: Path) -> None:
    assert thumbnail(str(poster_root / "parasite.png"), None) is None
