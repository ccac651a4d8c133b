"""Build the blocks of the page from the file of a section (format: docs/report.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from jinja2 import Environment, Template, Undefined, UndefinedError
from jinja2.environment import TemplateExpression

from python_udfs.errors import InputError
from tagsmith.report.cards import item_cards
from tagsmith.report.drawing import Axes, draw
from tagsmith.report.reading import Row, Warehouse
from tagsmith.report.wording import Figure

__all__ = ["Block", "Blocks"]

Block = Mapping[str, Any]
Spec = Mapping[str, Any]

_TEXTS = ("title", "shows", "good", "definition", "note", "caption")
_VALUES = ("value", "x", "y", "reference")


@dataclass(frozen=True)
class Blocks:
    """Builds blocks from rows of a warehouse.

    Texts of a declaration are Jinja templates, values are Jinja expressions; the data of a row is
    neither. Both see `terms`, and those of a row also see its columns.
    """

    warehouse: Warehouse
    templates: Environment
    terms: Spec

    def made(self, specs: Sequence[Spec]) -> list[Block]:
        """Return the blocks; a block whose table is missing becomes a notice, without repeats."""
        blocks: list[Block] = []
        for spec in specs:
            for block in self._or_notice(spec, self._each):
                blocks += [block] if block not in blocks else []
        return blocks

    def text(self, template: str, known: Spec) -> str:
        """Return a text of a declaration as plain text; the page escapes it."""
        text = _template(self.templates, template).render({**self.terms, **known})
        return re.sub(r"[ \n]+", " ", text).strip()

    def _or_notice(self, spec: Spec, make: Callable[[Spec], Iterator[Block]]) -> Iterator[Block]:
        try:
            yield from make(spec)
        except (InputError, UndefinedError) as error:
            yield {"text": self._said(spec, error), "is_notice": True}

    def _each(self, spec: Spec) -> Iterator[Block]:
        for values in self.warehouse.rows(spec["each"]) if "each" in spec else [{}]:
            yield from self._or_notice(spec, partial(self._made, values=values))

    def _made(self, spec: Spec, values: Row) -> Iterator[Block]:
        if "sentence" in spec:
            text = "; ".join(self._part(part) for part in spec["sentence"]) + "."
            yield {"text": text, "is_notice": False}
        elif "cards" in spec:
            n_items, root = self.terms["n_cards"], self.terms["settings"].get("poster_root")
            for item in item_cards(self.warehouse, spec["cards"], n_items, root):
                yield {"item": item}
        else:
            known = self._read(spec, values)
            block = {name: self.text(spec[name], known) for name in _TEXTS if name in spec}
            chart = {"chart": self._chart(spec["chart"], known)} if "chart" in spec else {}
            yield {**block, **chart, "table": self._table(spec["columns"], known)}

    def _read(self, spec: Spec, values: Row) -> Row:
        if "k" in spec:
            values = {**values, "k": self.warehouse.headline_k(spec["k"])}
        rows = self.warehouse.rows(self.text(spec["query"], {}), values)
        if not rows and "without_rows" in spec:
            raise InputError(self.text(spec["without_rows"], values))
        return {**values, "rows": rows}

    def _part(self, spec: Spec) -> str:
        """Return a part of a sentence, or a remark that its topic is not known yet."""
        try:
            known = self._read(spec, {})
            also = self.warehouse.rows_or_none(spec["also"], known) if "also" in spec else []
            return self.text(spec["text"], {**known, "also": also})
        except (InputError, UndefinedError) as error:
            message = self._said(spec, error).removesuffix(".")
            return f"{spec['topic']} is not known yet: {message[0].lower()}{message[1:]}"

    def _said(self, spec: Spec, error: Exception) -> str:
        if isinstance(error, UndefinedError):
            column = re.findall(r"'(\w+)'", str(error))[-1]
            error = self.warehouse.lacks(spec["query"], column)
        return str(error)

    def _table(self, columns: Spec, known: Spec) -> Block:
        rows = [[self._value(cell, known, row) for cell in columns.values()]
                for row in known["rows"]]  # fmt: skip
        numeric = [place for place, column in enumerate(zip(*rows, strict=True))
                   if all(isinstance(cell, Figure) for cell in column)]  # fmt: skip
        header = [self.text(name, known) for name in columns]
        return {"header": header, "rows": rows, "numeric": numeric}

    def _chart(self, spec: Spec, known: Spec) -> Block:
        spec = {**self.terms["chart"], **spec}
        points = [
            point
            for row in known["rows"]
            if self._value(spec.get("when", True), known, row)
            for mark in spec.get("marks", [{}])
            for point in self._points({**spec, **mark}, known, row)
        ]
        axes: Row = {name: self.text(value, known) if name in {"x", "y"} else value
                     for name, value in spec["axes"].items()}  # fmt: skip
        return draw(Axes(**axes), points, spec["groups"])

    def _points(self, spec: Spec, known: Spec, row: Row) -> Iterator[Row]:
        names = ("group",) if "y" in spec else ("panel", "label", "group")
        point = {name: self.text(spec.get(name, ""), {**known, **row}) for name in names}
        point |= {name: self._value(spec[name], known, row) for name in _VALUES if name in spec}
        # An estimate is a list of value, low and high.
        if isinstance(point.get("value"), list):
            point |= dict(zip(("value", "low", "high"), point["value"], strict=True))
        if point.get("value", point.get("y")) is not None:
            yield point

    def _value(self, expression: object, known: Spec, row: Row) -> Any:
        found = _expression(self.templates, str(expression))({**self.terms, **known, **row})
        if isinstance(found, Undefined):
            str(found)  # raises UndefinedError
        return found


@cache
def _template(templates: Environment, text: str) -> Template:
    return templates.from_string(text)


@cache
def _expression(templates: Environment, text: str) -> TemplateExpression:
    return templates.compile_expression(text, undefined_to_none=False)
