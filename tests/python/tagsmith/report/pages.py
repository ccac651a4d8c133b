"""Parse a page like a browser: elements, attributes and texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Element", "read_page", "words"]

_VOID = frozenset({"meta", "img", "br", "link", "input", "hr", "col"})


@dataclass
class Element:
    """An element with its attributes, its own children and all text within."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> list[Element]:
        """Return every element of that tag within, in order."""
        found = [child for child in self.children if child.tag == tag]
        return [e for child in self.children for e in ([child] if child in found else [])
                + child.all(tag)]  # fmt: skip

    def everything(self) -> list[Element]:
        """Return every element within, in order."""
        return [e for child in self.children for e in [child, *child.everything()]]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {n: v or "" for n, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"<{self.open[-1].tag}> is closed by </{tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def read_page(html: str) -> Element:
    """Return the document; an element that is closed out of order fails."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is not closed"
    return reader.open[0]


def words(element: Element) -> str:
    """Return the text of an element with single spaces."""
    return " ".join(element.text.split())
