"""Asks for the verdicts that the ledger lacks, then reads all of them back."""

from dbt_common.invocation import get_invocation_id

from python_udfs.embedding.encoder import SentenceBert
from python_udfs.evaluators import answer_evaluators
from python_udfs.settings import Environment, Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    questions = dbt.ref("int_evaluator_questions").set_alias("questions")
    items = dbt.ref("stg_item_texts").select("item_id, item_text, opening, unsent_text")
    evidence = dbt.ref("int_search_evidence").select("search_key, passages").set_alias("evidence")
    inputs = questions.join(items.set_alias("items"), "item_id").join(
        evidence, "search_key", how="left"
    )
    shown = "* exclude (item_text, opening), if(reads = 'opening', opening, item_text) as item_text"
    return answer_evaluators(
        session,
        settings,
        Environment.read(),
        get_invocation_id(),
        inputs.select(shown).sql_query(),
        SentenceBert(settings.sbert_model, settings.embedding_batch_size),
    ).to_arrow_reader()
