"""A path that looks something up: the generator reads what was found, and only that path asks."""

from __future__ import annotations

import pytest

from tests.python.e2e.catalogues import small_catalogue
from tests.python.e2e.conftest import CopyProject

pytestmark = pytest.mark.dbt

_AWARD = "The film won the Palme d'Or in Cannes"


def test_a_path_reads_what_was_looked_up_about_its_item(copy: CopyProject) -> None:
    project = copy()
    before = project.ledger()
    catalogue = small_catalogue()
    catalogue.tag_categories = [{**row, "search_words": ""} for row in catalogue.tag_categories]
    catalogue.tag_categories.append(
        {"modality": "text", "category": "honour", "level": "sub", "instruction": "Name prizes.",
         "max_tags": "3", "search_words": "Palme Cannes"}
    )  # fmt: skip
    catalogue.write(project.folder)
    project.build()

    assert project.query(
        "select item_id, status from int_item_evidence where search_words = 'palme cannes' "
        "order by status desc, item_id limit 2"
    ) == [("parasite", "ok"), ("oldboy", "empty")]
    new = project.ledger().since(before)
    assert {(row["item_id"], row["path"]) for row in new.answers if row["role"] == "text"} == {
        (item_id, "text:honour") for (item_id,) in project.query("select item_id from stg_items")
    }
    texts = {
        seen.asked.title: seen.asked.item_text
        for seen in project.endpoint.seen
        if "honour" in seen.asked.categories
    }
    assert _AWARD in texts["Parasite"]
    assert all(
        "Found by search" not in text for title, text in texts.items() if title != "Parasite"
    )

    tags = project.query(
        "select tag from int_candidates_by_path "
        "where item_id = 'parasite' and path = 'text:honour' order by position"
    )
    told = project.tagsmith("why", "parasite", tags[0][0])
    assert f'text:honour read, Awards that crossed a language line: "{_AWARD}' in told.output

    n_calls = project.endpoint.n_calls
    project.build("--select", "+item_tags")
    assert project.endpoint.n_calls == n_calls
