"""Staging of small files: the models' SQL with the project's own macros, without a dbt process."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import duckdb
import yaml
from jinja2 import Environment

from python_udfs import inputs, normalise
from python_udfs.settings.inputs import INPUTS
from tests.python.conftest import ROOT

__all__ = ["Reading", "evaluate"]

FOLDERS = ("inputs", "settings")


class RefusedError(Exception):
    """What `exceptions.raise_compiler_error` says."""


class _Returned(BaseException):
    def __init__(self, value: Any) -> None:
        self.value = value


def _return(value: Any) -> None:
    raise _Returned(value)


def _refuse(message: str) -> None:
    raise RefusedError(message)


@cache
def _project_vars() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"])


class Reading:
    """The inputs of one run, given as `items=path`; other vars in `variables`.

    `table(name)` has the rows of a staging model, built when it is first asked for.
    """

    def __init__(self, variables: Mapping[str, Any] | None = None, **paths: Any) -> None:
        self._vars = {**_project_vars(), **{k: str(v) for k, v in paths.items()}}
        self._vars |= variables or {}
        self._built: set[str] = set()
        self.said: list[str] = []
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone = 'UTC'")
        inputs.register(self.connection)
        normalise.register(self.connection)
        self._environment = Environment(extensions=["jinja2.ext.do"], autoescape=False)  # noqa: S701
        self._environment.globals.update(self._globals())
        files = [f for folder in FOLDERS for f in (ROOT / "macros" / folder).glob("*.sql")]
        self._macros: dict[str, Callable[..., Any]] = {}
        for file in files:
            self._environment.globals[file.stem] = self._macro(file.stem)
        for file in files:
            template = self._environment.from_string(file.read_text(encoding="utf-8"))
            self._macros[file.stem] = getattr(template.make_module(), file.stem)

    def table(self, name: str, *columns: str, order: str = "all") -> list[tuple[Any, ...]]:
        """Rows of a staging model."""
        self._ref(name)
        listed = ", ".join(columns) or "*"
        return self.connection.sql(f"select {listed} from {name} order by {order}").fetchall()

    def texts(self) -> dict[str, str]:
        """The text of each item as it is sent."""
        return dict(self.table("stg_item_texts", "item_id", "item_text"))

    def check(self) -> None:
        """What a run does first; raises RefusedError."""
        self.render("{{ check_inputs() }}")

    def render(self, source: str) -> str:
        """Jinja with the project's macros."""
        return self._environment.from_string(source).render()

    def _macro(self, name: str) -> Callable[..., Any]:
        """Macros call each other by name, and `return` ends one, as in dbt."""

        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return self._macros[name](*args, **kwargs)
            except _Returned as returned:
                return returned.value

        return call

    def _globals(self) -> dict[str, Any]:
        return {
            "return": _return,
            "var": lambda name, default=None: self._vars.get(name, default),
            "env_var": lambda name, default="": default,
            "ref": self._ref,
            "source": lambda owner, name: self._vars[name],
            "execute": True,
            "modules": SimpleNamespace(re=re),
            "invocation_args_dict": {"project_dir": str(ROOT)},
            "config": lambda *_, **__: "",
            "run_query": self._run_query,
            "tojson": json.dumps,
            "flags": SimpleNamespace(EMPTY=False),
            "adapter": SimpleNamespace(quote=lambda name: f'"{name}"'),
            "log": lambda text, info=False: self.said.append(text) or "",  # type: ignore[func-returns-value]
            "dbt": SimpleNamespace(
                string_literal=lambda text: f"'{text}'",
                escape_single_quotes=lambda text: text.replace("'", "''"),
            ),
            "exceptions": SimpleNamespace(raise_compiler_error=_refuse),
        }

    def _run_query(self, sql: str) -> SimpleNamespace:
        found = self.connection.execute(sql)
        names = [column[0] for column in found.description or []]
        rows = found.fetchall()
        columns = [SimpleNamespace(name=n, values=lambda i=i: [r[i] for r in rows])
                   for i, n in enumerate(names)]  # fmt: skip
        return SimpleNamespace(rows=rows, columns=columns, column_names=names)

    def _ref(self, name: str) -> str:
        if name not in self._built:
            self._built.add(name)
            if name.startswith("sample_"):
                kinds = next(i for i in INPUTS if f"sample_{i.name}" == name).kinds
                empty = ", ".join(f'null::varchar as "{column}"' for column in kinds)
                self.connection.execute(f"create table {name} as select {empty} where false")
            elif name == "stg_poster_files":
                self.connection.execute(
                    f"create table {name} (item_id text, poster_uri text, rejected_reason text)"
                )
            else:
                (file,) = (ROOT / "models/staging").glob(f"{name}.sql")
                sql = self.render(file.read_text(encoding="utf-8"))
                self.connection.execute(f"create table {name} as {sql}")
        return name


@cache
def _rendered(expression: str, forms: str) -> tuple[duckdb.DuckDBPyConnection, str]:
    reading = Reading()
    value = reading.render("{{ " + expression + " }}")
    form = reading.render("{{ " + forms + " }}") if forms else "count(*)"
    texts = "select unnest($1::varchar[]) as text, generate_subscripts($1::varchar[], 1) as place"
    return reading.connection, (
        f"with texts as ({texts}), forms as (select {form} as form from texts) "
        f"select {value} from texts cross join forms order by place"
    )


def evaluate(expression: str, texts: list[str | None], *, forms: str = "") -> list[Any]:
    """The values of a macro over texts (column `text`), as they come.

    `forms` is an aggregate over all of them, the column `form`.
    """
    connection, sql = _rendered(expression, forms)
    return [value for (value,) in connection.execute(sql, [texts]).fetchall()]
