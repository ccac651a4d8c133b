"""Settings and environment: typed, complete, and silent about secrets."""

from __future__ import annotations

import re
from pathlib import Path

import pydantic
import pytest
import yaml

from python_udfs.errors import SettingError
from python_udfs.settings import INPUT_NAMES, Environment, Run, Settings, setting_names
from python_udfs.settings.inputs import INPUTS, KINDS
from python_udfs.settings.run import GROUPS
from tests.python.conftest import ROOT, MakeSettings
from tools.write_settings import derived


def test_every_setting_is_a_var_with_its_default(make_settings: MakeSettings) -> None:
    names = set(setting_names())
    assert names | set(Run.model_fields) == set(Settings.model_fields)
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    for group in GROUPS:
        for name, field in group.model_fields.items():
            assert project["vars"].pop(name) == field.default
    # What is left says where inputs come from.
    assert sorted(project["vars"]) == sorted(
        f"{name}{end}" for name in INPUT_NAMES for end in ("", "_columns", "_read")
    )


def test_what_is_derived_from_the_settings_is_written() -> None:
    for file, text in derived().items():
        assert file.read_text(encoding="utf-8") == text, f"{file}: run make fix"


def test_every_column_is_of_a_kind() -> None:
    assert {kind for one in INPUTS for kind in one.kinds.values()} == set(KINDS)


def test_values_come_as_text_and_leave_typed(make_settings: MakeSettings) -> None:
    settings = make_settings(
        alpha=0.6, top_k=7, is_empty=True, poster_hosts=["a", "b"], llm_prices={"m": [1, 2, 3]}
    )
    assert (settings.alpha, settings.top_k, settings.is_empty) == (0.6, 7, True)
    assert settings.poster_hosts == ["a", "b"]
    assert list(settings.llm_prices["m"]) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "changes",
    [
        {"top_k": "many"},
        {"alpha": "high"},
        {"poster_hosts": "no list"},
        {"llm_prices": {"m": [1, 2]}},
        {"llm_prices": {"m": "cheap"}},
        {"no_such_setting": "1"},
    ],
)
def test_a_value_of_another_type_is_refused(
    make_settings: MakeSettings, changes: dict[str, object]
) -> None:
    with pytest.raises(pydantic.ValidationError, match=next(iter(changes))):
        make_settings(**changes)


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(pydantic.ValidationError, match="top_k"):
        Settings.from_rows([("alpha", "0.75")])


def test_settings_do_not_change(make_settings: MakeSettings) -> None:
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        make_settings().alpha = 0.1


def test_the_environment_is_read_from_the_standard_variables() -> None:
    environment = Environment.read({
        "OPENAI_API_KEY": "sk-secret", "OPENAI_BASE_URL": "http://x/v1", "TAVILY_API_KEY": "tvly",
        "TAGSMITH_FALLBACK_API_KEY": "sk-other",
        "TAGSMITH_CACHE": "/c", "XDG_CACHE_HOME": "/ignored",
    })  # fmt: skip
    assert environment.api_key is not None
    assert environment.api_key.get_secret_value() == "sk-secret"
    assert environment.fallback_key is not None
    assert environment.fallback_key.get_secret_value() == "sk-other"
    assert environment.secrets == ["sk-secret", "sk-other", "tvly"]
    assert environment.base_url == "http://x/v1"
    assert environment.cache_dir == Path("/c")
    for text in (str(environment), repr(environment), environment.model_dump_json()):
        assert "sk-secret" not in text
        assert "sk-other" not in text
        assert "tvly" not in text


def test_a_key_is_what_a_header_can_carry() -> None:
    environment = Environment.read({"OPENAI_API_KEY": " key-with-a-line-end\n"})
    assert environment.secrets == ["key-with-a-line-end"]
    for key in ("two\nlines-of-a-key", "clé-0123456789"):
        with pytest.raises(SettingError, match="TAVILY_API_KEY holds a character") as refused:
            Environment.read({"TAVILY_API_KEY": key})
        assert key not in str(refused.value)


def test_nothing_set_is_nothing_known() -> None:
    environment = Environment.read({"OPENAI_API_KEY": "", "TAVILY_API_KEY": ""})
    assert (environment.api_key, environment.search_key, environment.base_url) == (None, None, "")
    assert environment.cache_dir == Path.home() / ".cache" / "tagsmith"
    assert Environment.read({"XDG_CACHE_HOME": "/x"}).cache_dir == Path("/x/tagsmith")
    assert Environment.read({"TAGSMITH_CACHE": "~/m"}).cache_dir == Path.home() / "m"


def test_only_one_file_of_the_package_reads_the_environment() -> None:
    reads = re.compile(r"os\.environ|getenv")
    # Variables of native libraries are set for them before they load.
    of_a_library = re.compile(
        r"os\.environ(?:\.get\(|\.setdefault\(|\[)\"(?:GOMP_SPINCOUNT|MKL_CBWR)\""
    )
    found = set()
    for file in (ROOT / "python_udfs").rglob("*.py"):
        if reads.search(of_a_library.sub("", file.read_text(encoding="utf-8"))):
            found.add(file.name)
    assert found == {"environment.py"}


def test_the_package_never_imports_dbt() -> None:
    imports = re.compile(r"^\s*(?:from|import) dbt\b", re.MULTILINE)
    for file in (ROOT / "python_udfs").rglob("*.py"):
        assert not imports.search(file.read_text(encoding="utf-8")), file.name
