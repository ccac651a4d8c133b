"""An item with the real embedded model, from seeds to the published features."""

from __future__ import annotations

import pytest

from python_udfs.settings import Environment
from tests.python.e2e.catalogues import small_catalogue
from tests.python.e2e.conftest import MakeProject

pytestmark = [pytest.mark.dbt, pytest.mark.model]

ITEM = "paddington-2"
# Reasons are the last to be asked for.
ALL_THAT_ASK = ("--select", "+int_tag_reasons")


def test_an_item_gets_tags_from_the_embedded_model_and_no_call_is_made_twice(
    create: MakeProject,
) -> None:
    project = create(small_catalogue([ITEM]))
    hosted = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "TAGSMITH_MODEL")
    project.environment |= dict.fromkeys(hosted, "")
    # The weights are over a gigabyte; they are fetched once for all projects.
    project.environment["TAGSMITH_CACHE"] = str(Environment.read().cache_dir)

    # The model's server ends with its process.
    project.build(apart=True)
    ledger = project.ledger()
    assert {call["base_url"] for call in ledger.calls} == {"embedded"}
    assert {call["cost_usd"] for call in ledger.calls if call["status"] == "ok"} == {0.0}
    assert sum(row["status"] == "answered" for row in ledger.answers) >= len(ledger.answers) - 1
    # Verdicts come from log-probabilities: hardly any is exactly 0, 0.5 or 1.
    scores = project.query("select distinct verdict_score from int_evaluator_verdicts")
    assert len(scores) >= 5
    # Which of its tags both evaluators accept is close to their bars, and differs by processor.
    for table, least in (("int_candidates_aligned", 8), ("item_tags", 2)):
        ((item_id, n_tags),) = project.query(
            f"select item_id, count(*) from {table} group by item_id"
        )
        assert item_id == ITEM
        assert n_tags >= least
    # Verdicts from an item's text share it, so it is read once. A single call may lack it: beside
    # other work the server may restart before the call.
    n_cached, n_prompt = (
        sum(call[name] or 0 for call in ledger.calls if call["role"] == "lenient")
        for name in ("cached_tokens", "prompt_tokens")
    )
    assert n_cached > n_prompt / 2

    project.build(*ALL_THAT_ASK, apart=True)
    assert project.ledger().counts == ledger.counts
