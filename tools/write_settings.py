"""Writes what is derived from python_udfs: vars, sources, macros for SQL, and pages.

`make fix` runs it; a test compares. It replaces a user's values in dbt_project.yml by the defaults.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from pydantic.fields import FieldInfo

from python_udfs.llm.failures import RULES
from python_udfs.modalities import MODALITIES
from python_udfs.settings import allowed_values, setting_names
from python_udfs.settings.inputs import INPUTS
from python_udfs.settings.run import GROUPS

PROJECT = Path(__file__).resolve().parent.parent
_WRITTEN = "written from python_udfs/settings by `make fix`"
_COMMENT_COLUMN = 36
_TABLE_BEGIN = f"<!-- {_WRITTEN} -->\n\n"
_POLICIES_BEGIN = "<!-- written from python_udfs/llm/failures.py by `make fix` -->\n\n"
_TABLE_END = "\n<!-- end -->\n"
_INPUT_VARS = """\
  # '' = the sample seed (without one: nothing); else a parquet, csv or json path, a glob, or
  # database.schema.table of an attached database. Environment: TAGSMITH_ITEMS, ...
"""
_READ_VARS = """\
  # How a file is read where it does not tell: options of DuckDB's reader, separators and keys by
  # our column, e.g. {encoding: cp949, separators: {genres: "/"}, keys: {genres: label}}.
"""
_COLUMN_VARS = """\
  # Column mappings, "their name: our name", e.g. {overview: summary, poster_file: poster_uri}.
"""


def vars_block() -> str:
    """The settings as vars of dbt_project.yml, group by group."""
    lines = []
    for group in GROUPS:
        lines.append(f"  # {(group.__doc__ or '').rstrip('.')}")
        lines += [
            f"  {name}: {_value(field)}".ljust(_COMMENT_COLUMN) + f"  # {_comment(field)}"
            for name, field in group.model_fields.items()
        ]
    return "\n".join(lines) + "\n"


def inputs_block() -> str:
    """Locations and column mappings of the inputs, as vars."""
    places = "".join(f'  {one.name}: ""\n' for one in INPUTS)
    mappings = "".join(f"  {one.name}_columns: {{}}\n" for one in INPUTS)
    reading = "".join(f"  {one.name}_read: {{}}\n" for one in INPUTS)
    return _INPUT_VARS + places + _COLUMN_VARS + mappings + _READ_VARS + reading


def inputs_macro() -> str:
    """The macro that describes every input to SQL."""
    entries = "".join(
        f'        "{one.name}": {{\n'
        f'            "columns": {json.dumps(one.kinds)},\n'
        f'            "required": {json.dumps(one.required)},\n'
        f'            "is_of_one_catalogue": {json.dumps(one.is_of_one_catalogue)},\n'
        f'            "is_log": {json.dumps(one.is_log)},\n'
        "        },\n"
        for one in INPUTS
    )
    return (
        f"{{#- {_WRITTEN.capitalize()}. -#}}\n"
        "{% macro declared_inputs() %}\n"
        f"    {{{{ return({{\n{entries}    }}) }}}}\n"
        "{% endmacro %}\n"
    )


def inputs_source() -> str:
    """The dbt source of a user's own inputs."""
    tables = "".join(
        f"      - name: {one.name}\n"
        f"        description: {one.grain}\n"
        "        config:\n"
        "          meta:\n"
        f"            external_location: \"{{{{ '(from ' ~ (var('{one.name}', '') or "
        f"env_var('TAGSMITH_{one.name.upper()}', '')) ~ ')' }}}}\"\n"
        for one in INPUTS
    )
    return f"""\
# {_WRITTEN.capitalize()}.
version: 2

sources:
  - name: inputs
    description: >
      The user's own inputs: any file that DuckDB reads, or a table of an attached database.
      Each is used when its var or its TAGSMITH_ environment variable is set, else the sample seed.
    schema: main
    tables:
{tables}"""


def inputs_table() -> str:
    """The table of docs/inputs.md."""
    lines = ["| variable | var | columns (? = optional) | |", "|---|---|---|---|"]
    lines += [
        f"| `TAGSMITH_{one.name.upper()}` | `{one.name}` | {', '.join(one.given)} | {one.notes} |"
        for one in INPUTS
    ]
    return "\n".join(lines) + "\n"


def names_macro() -> str:
    """The macro with the names of all settings."""
    names = "".join(f'        "{name}",\n' for name in setting_names())
    return (
        f"{{#- {_WRITTEN.capitalize()}. -#}}\n"
        "{% macro setting_names() %}\n"
        f"    {{{{ return([\n{names}    ]) }}}}\n"
        "{% endmacro %}\n"
    )


def forms_macro() -> str:
    """The macro that tells SQL of every modality, a row a form."""
    forms = (
        {"modality": name, **asdict(form), "sends_images": json.dumps(form.sends_images)}
        for name, modality in MODALITIES.items()
        for form in modality.forms
    )
    rows = "".join(f"        {json.dumps(form)},\n" for form in forms)
    return (
        "{#- Written from python_udfs/modalities.py by `make fix`. -#}\n"
        "{% macro declared_forms() %}\n"
        f"    {{{{ return([\n{rows}    ]) }}}}\n"
        "{% endmacro %}\n"
    )


def page() -> str:
    """docs/settings.md: a table per group."""
    lines = [
        "# Settings",
        "",
        "A setting is a var of `dbt_project.yml`; `dbt build --vars '{alpha: 0.8}'` changes it for",
        "one run. A var that is unknown or out of range stops the build before it costs anything.",
        "The table `run_settings` has the values of the run.",
    ]
    for group in GROUPS:
        lines += ["", f"## {(group.__doc__ or '').rstrip('.')}", ""]
        lines += ["| var | default | allowed | meaning |", "|---|---|---|---|"]
        lines += [
            f"| {name} | `{_value(field)}` | {allowed_values(field)} | {field.description} |"
            for name, field in group.model_fields.items()
        ]
    return "\n".join(lines) + "\n"


def policies_table() -> str:
    """The table of docs/llm_runtime.md: one row for each class of failure."""
    lines = [
        "| class | at fault | paid | what follows | if it ends the run |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {error_class} | {rule.fault} | {rule.paid} | {rule.policy} | {rule.remedy} |"
        for error_class, rule in RULES.items()
    ]
    return "\n".join(lines) + "\n"


def between(text: str, begin: str, end: str, written: str) -> str:
    """`text` with `written` between the lines `begin` and `end`; raises ValueError."""
    head, mark, rest = text.partition(begin)
    _, close, tail = rest.partition(end)
    if not (mark and close):
        raise ValueError(f"a line is missing: {begin.strip()} or {end.strip()}")
    return head + begin + written + end + tail


def with_vars(project: str) -> str:
    """The text of dbt_project.yml with the declared inputs and settings."""
    for what, block in (("inputs", inputs_block()), ("settings", vars_block())):
        begin = f"  # --- {what}: {_WRITTEN}\n"
        project = between(project, begin, f"  # --- end of {what}\n", block)
    return project


def derived() -> dict[Path, str]:
    """Each derived file with its text."""
    runtime = PROJECT / "docs/llm_runtime.md"
    project, inputs = PROJECT / "dbt_project.yml", PROJECT / "docs/inputs.md"
    return {
        project: with_vars(project.read_text(encoding="utf-8")),
        PROJECT / "models/staging/_inputs.yml": inputs_source(),
        PROJECT / "macros/inputs/declared_inputs.sql": inputs_macro(),
        inputs: between(
            inputs.read_text(encoding="utf-8"), _TABLE_BEGIN, _TABLE_END, inputs_table()
        ),
        PROJECT / "macros/inputs/declared_forms.sql": forms_macro(),
        PROJECT / "macros/settings/setting_names.sql": names_macro(),
        PROJECT / "docs/settings.md": page(),
        runtime: between(
            runtime.read_text(encoding="utf-8"), _POLICIES_BEGIN, _TABLE_END, policies_table()
        ),
    }


def _value(field: FieldInfo) -> str:
    return json.dumps(field.default, ensure_ascii=False)


def _comment(field: FieldInfo) -> str:
    allowed = allowed_values(field)
    is_told = allowed.startswith(("text", "a list of texts"))
    return str(field.description) if is_told else f"{allowed}; {field.description}"


def main() -> None:
    """Write them."""
    for file, text in derived().items():
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
