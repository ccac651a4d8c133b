"""Item cards: posters only from the configured root, tags with reasons, a command to ask why."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import duckdb
import pytest
from PIL import Image

from tagsmith.report.cards import thumbnail
from tagsmith.report.page import render_report
from tests.python.tagsmith.report.pages import Element, read_page, words
from tests.python.tagsmith.report.warehouses import HOSTILE

_TABLES = ("run_settings", "stg_items", "stg_poster_files", "item_tags", "int_search_evidence")


def _cards(warehouse: Path, n_items: int = 8) -> list[Element]:
    """Return the cards of a page of only these tables, which is quick to draw."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as whole (read_only)")
        for table in _TABLES:
            connection.execute(f"create table {table} as from whole.{table}")
        return read_page(render_report(connection, n_items)).all("article")


def test_tagged_items_stand_there_those_with_a_poster_first(warehouse: Path) -> None:
    assert [bool(card.all("img")) for card in _cards(warehouse)] == [True, False]
    assert [card.all("h3")[0].text for card in _cards(warehouse, 1)] == [f"Parasite {HOSTILE}"]
    assert _cards(warehouse, 0) == []


def test_novel_tags_are_marked_and_quote_reason_and_evidence(warehouse: Path) -> None:
    card = _cards(warehouse)[0]
    mapped, novel = card.all("li")
    assert mapped.attributes["class"] == "mapped"
    assert mapped.attributes["title"] == "subject, score 0.90: mapped to the schema (exact)"
    assert novel.attributes["class"] == "novel"
    assert novel.text == f"smell {HOSTILE} novel"
    about = "mood, score 0.60: not in the schema; nearest there: odour, 0.70"
    assert novel.attributes["title"] == about
    assert [words(term) for term in card.all("dt")] == [f"smell {HOSTILE} {about}"]
    assert [words(said) for said in card.all("dd")] == [
        f"Reason: The host notes it. {HOSTILE}", "A review: “It smells <b>here</b>.”",
    ]  # fmt: skip


def test_the_command_survives_a_shell_and_make(warehouse: Path) -> None:
    commands = [card.all("code")[0].text for card in _cards(warehouse)]
    assert commands == ["make why ITEM=parasite", "make why ITEM='it'\"'\"'s 50$$ & co'"]


def test_a_long_text_is_cut_at_a_word(warehouse: Path) -> None:
    (text,) = [p.text for p in _cards(warehouse)[1].all("p") if p.text.startswith("A man")]
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
