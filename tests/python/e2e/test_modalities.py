"""A new modality needs a registry entry, a prompt and rows: no model names it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.python.conftest import ROOT
from tests.python.e2e.catalogues import small_catalogue
from tests.python.e2e.conftest import CopyProject

pytestmark = pytest.mark.dbt

_CHECKOUT = (
    "dbt_project.yml", "profiles.yml", "selectors.yml", "docs", "macros", "models", "python_udfs",
    "seeds", "tests", "tools",
)  # fmt: skip
_ENTRY = """\
MODALITIES["caption"] = Modality(
    (Form("tagline", content="extra ->> '$.tagline'"),),
    lambda form, content: ({"tagline": content}, []),
)
"""
_PROMPT = """\
{% block system %}
You tag films by the line on their poster.
{% include "_categories.j2" %}
{% endblock %}
{% block user %}
<item>
{{ tagline | data }}
</item>
{% endblock %}
"""
_PATHS = ({"category": "hook", "path_weight": "0.6"}, {"category": "mood"})
_TAGLINE = "Act like a zeppelin captain"


def _checkout_with_captions(folder: Path) -> Path:
    """A copy of this checkout with the modality `caption`, added as documented."""
    for name in _CHECKOUT:
        source, copied = ROOT / name, folder / name
        if source.is_file():
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copied)
        else:
            shutil.copytree(source, copied, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "python_udfs/modalities.py").open("a", encoding="utf-8") as registry:
        registry.write(_ENTRY)
    (folder / "python_udfs" / "prompts" / "generate_caption.j2").write_text(
        _PROMPT, encoding="utf-8"
    )
    subprocess.run(
        [sys.executable, "-m", "tools.write_settings"],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        check=True,
    )
    return folder


def test_a_made_up_modality_is_asked_and_its_tags_are_published(
    copy: CopyProject, tmp_path: Path
) -> None:
    project = copy("target")
    before = project.ledger()
    project.checkout = _checkout_with_captions(tmp_path / "checkout")
    project.environment["PYTHONPATH"] = str(project.checkout)
    catalogue = small_catalogue()
    catalogue.item("parasite")["extra"] = json.dumps({"tagline": _TAGLINE})
    catalogue.tag_categories += [
        {"modality": "caption", "level": "sub", "instruction": "Say it.", "max_tags": "5", **path}
        for path in _PATHS
    ]
    catalogue.tag_categories.append(
        {"modality": "smell", "category": "mood", "level": "sub", "instruction": "Say it.",
         "max_tags": "2"}
    )  # fmt: skip
    catalogue.write(project.folder)
    project.build()

    # Only the item with a tagline is asked, in one call that contains it; nothing is asked twice.
    new = project.ledger().since(before)
    assert new.items("caption") == {"parasite"}
    assert len(new.asked("caption")) == len(_PATHS)
    assert not new.asked("text", "image")
    (seen,) = [s for s in project.endpoint.seen if "the line on their poster" in s.asked.prompt]
    assert seen.asked.item_text == _TAGLINE
    assert set(seen.asked.categories) == {"hook", "mood"}

    assert project.query(
        "select distinct path, modality, weight from int_candidates_by_path "
        "where modality = 'caption' order by all"
    ) == [("caption:hook", "caption", 0.6), ("caption:mood", "caption", 0.7)]
    tags = project.query("select tag from int_candidates_by_path where modality = 'caption'")
    assert any("zeppelin" in tag for (tag,) in tags)
    published = project.query(
        "select distinct item_id, path.path from item_tags, unnest(provenance.paths) as t (path) "
        "where path.path like 'caption:%'"
    )
    assert published
    assert {item_id for item_id, _ in published} == {"parasite"}
    assert project.query(
        "select reason from stg_rejected_rows where table_name = 'tag_categories'"
    ) == [("modality smell has no generator; use text or image or caption",)]
    # dbt's own tests of both stages hold as they are.
    stages = ("--select", "tagsmith.staging", "tagsmith.generation")
    ran = project.run("test", *stages, "--exclude-resource-type", "unit_test")
    assert ran.code == 0, ran.output[-6000:]

    # A new tagline is a new question, of this modality only.
    before = project.ledger()
    catalogue.item("parasite")["extra"] = json.dumps({"tagline": f"{_TAGLINE} again"})
    catalogue.write(project.folder)
    project.build("--select", "+int_candidates_by_path")
    new = project.ledger().since(before)
    assert {call["role"] for call in new.calls} == {"caption"}
