"""Asks the questions that the ledger lacks an answer to, then reads all answers back."""

from dbt_common.invocation import get_invocation_id

from python_udfs.generation import answer_generation
from python_udfs.settings import Environment, Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    paths = dbt.ref("stg_tag_categories").set_alias("paths")
    examples = dbt.ref("stg_few_shot_examples").set_alias("examples")
    categories = paths.join(examples, "path", how="left").select(
        "path, category, instruction, max_tags, examples"
    )
    items = dbt.ref("stg_item_texts").select("item_id, item_text, opening").set_alias("items")
    columns = "item_id, modality as role, input_form, input_content"
    inputs = dbt.ref("int_item_inputs").select(columns).set_alias("inputs")
    evidence = dbt.ref("int_item_evidence").select("search_key, passages").set_alias("evidence")
    questions = dbt.ref("int_generation_questions").set_alias("questions").join(items, "item_id")
    shown = questions.join(inputs, "item_id, role, input_form")
    shown = shown.join(evidence, "search_key", how="left")
    reading = dbt.ref("evaluators").select("evaluator as role, reads").set_alias("reading")
    roles = dbt.ref("stg_model_endpoints").set_alias("roles").join(reading, "role", how="left")
    return answer_generation(
        session,
        settings,
        Environment.read(),
        get_invocation_id(),
        shown.sql_query(),
        categories.fetchall(),
        roles.select("role, model, reads").order("role").fetchall(),
    ).to_arrow_reader()
