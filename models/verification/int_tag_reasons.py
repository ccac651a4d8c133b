"""Asks for the reasons of accepted novel tags that the ledger lacks, then reads all back."""

from dbt_common.invocation import get_invocation_id

from python_udfs.evaluators import answer_reasons
from python_udfs.settings import Environment, Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    return answer_reasons(
        session,
        settings,
        Environment.read(),
        get_invocation_id(),
        dbt.ref("int_reason_questions").sql_query(),
    ).to_arrow_reader()
