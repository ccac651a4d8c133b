"""Model and address of each role; without key and URL, the embedded model."""

from functools import partial

from python_udfs.embedding.encoder import check_language
from python_udfs.llm.endpoints import endpoint_table
from python_udfs.llm.learnt import learnt_forms
from python_udfs.settings import Environment, Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    # Before the first call: paying for tags that cannot be aligned would be a waste.
    check_language(settings.tag_language, settings.sbert_model)
    evaluators = dbt.ref("evaluators").select("evaluator, model").order("evaluator").fetchall()
    return endpoint_table(settings, Environment.read(), evaluators, partial(learnt_forms, session))
