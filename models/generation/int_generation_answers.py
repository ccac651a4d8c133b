"""Asks the questions that the ledger has not answered, then reads all answers back from it."""

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
    return answer_generation(
        session,
        settings,
        Environment.read(),
        get_invocation_id(),
        dbt.ref("int_generation_inputs").sql_query(),
        categories.fetchall(),
    ).to_arrow_reader()
