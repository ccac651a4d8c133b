"""What a page is made of: sections of figures, tables, item cards and notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from python_udfs.errors import InputError

__all__ = [
    "Block",
    "Card",
    "Chart",
    "Figure",
    "Grid",
    "Notice",
    "Paragraph",
    "Section",
    "TagLine",
    "or_notice",
]


@dataclass(frozen=True)
class Chart:
    """One chart as inline SVG, drawn twice: for a wide and for a narrow screen.

    `legend` names the groups with their places in the palette.
    """

    wide: str
    narrow: str
    alt: str
    legend: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Grid:
    """A table of text; `numeric` holds the places of the columns that are aligned right."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    kind: str = "grid"


@dataclass(frozen=True)
class Figure:
    """A chart or a table with what it shows, what is good, the definition, and units and n."""

    title: str
    shows: str
    good: str
    definition: str
    note: str
    chart: Chart | None
    grid: Grid
    kind: str = "figure"


@dataclass(frozen=True)
class Notice:
    """A plain sentence in place of what the warehouse does not hold."""

    text: str
    kind: str = "notice"


@dataclass(frozen=True)
class Paragraph:
    """A sentence or two between figures."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class TagLine:
    """A tag of an item card; `reason` and `evidence` where an evaluator gave or saw them."""

    tag: str
    category: str
    score: str
    is_novel: bool
    detail: str
    reason: str | None
    evidence: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Card:
    """One item with its poster (a data URI, or None), tags and the command that explains them."""

    title: str
    facts: str
    text: str
    poster: str | None
    tags: Sequence[TagLine]
    command: str
    kind: str = "card"

    @property
    def n_novel(self) -> int:
        """Tags that stand outside the schema."""
        return sum(tag.is_novel for tag in self.tags)

    @property
    def explained(self) -> list[TagLine]:
        """Tags with a reason or evidence to quote."""
        return [tag for tag in self.tags if tag.reason or tag.evidence]


Block = Figure | Grid | Card | Notice | Paragraph


@dataclass(frozen=True)
class Section:
    """A part of the page with an anchor, a heading and a first sentence."""

    anchor: str
    title: str
    lead: str
    blocks: Sequence[Block]


def or_notice(*builders: Callable[[], Block | Sequence[Block]]) -> list[Block]:
    """Return the blocks of every builder; one that lacks its table gives a notice instead."""
    blocks: list[Block] = []
    for build in builders:
        try:
            built = build()
            blocks += built if isinstance(built, Sequence) else [built]
        except InputError as error:
            notice = Notice(str(error))
            if notice not in blocks:
                blocks.append(notice)
    return blocks
