"""Writes what is derived from python_udfs/settings: vars, names for SQL, and docs/settings.md.

`make fix` runs it; a test compares. The values that a user set in dbt_project.yml are replaced by
the defaults.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic.fields import FieldInfo

from python_udfs.settings import allowed_values, setting_names
from python_udfs.settings.run import GROUPS

PROJECT = Path(__file__).resolve().parent.parent
_BEGIN = "  # --- settings: written from python_udfs/settings by `make fix`\n"
_COMMENT_COLUMN = 36
_END = "  # --- end of settings\n"


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


def names_macro() -> str:
    """The macro with the names of all settings."""
    names = "".join(f'        "{name}",\n' for name in setting_names())
    return (
        "{#- Written from python_udfs/settings by `make fix`. -#}\n"
        "{% macro setting_names() %}\n"
        f"    {{{{ return([\n{names}    ]) }}}}\n"
        "{% endmacro %}\n"
    )


def page() -> str:
    """docs/settings.md: a table for each group."""
    lines = [
        "# Settings",
        "",
        "A setting is a var of `dbt_project.yml`; `dbt build --vars '{alpha: 0.8}'` changes it for",
        "one run. Anything unknown or out of range stops the build before it costs anything. The",
        "table `run_settings` holds what a run used.",
    ]
    for group in GROUPS:
        lines += ["", f"## {(group.__doc__ or '').rstrip('.')}", ""]
        lines += ["| var | default | allowed | what it is |", "|---|---|---|---|"]
        lines += [
            f"| {name} | `{_value(field)}` | {allowed_values(field)} | {field.description} |"
            for name, field in group.model_fields.items()
        ]
    return "\n".join(lines) + "\n"


def with_vars(project: str) -> str:
    """The text of dbt_project.yml with the settings as they are declared."""
    before, _, rest = project.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return before + _BEGIN + vars_block() + _END + after


def derived() -> dict[Path, str]:
    """Each file that is derived, as it should be."""
    project = PROJECT / "dbt_project.yml"
    return {
        project: with_vars(project.read_text(encoding="utf-8")),
        PROJECT / "macros/settings/setting_names.sql": names_macro(),
        PROJECT / "docs/settings.md": page(),
    }


def _value(field: FieldInfo) -> str:
    return json.dumps(field.default)


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
