"""Asks for the control verdicts that the ledger has not, then reads all of them back."""

from dbt_common.invocation import get_invocation_id

from python_udfs.evaluators import answer_evaluators
from python_udfs.settings import Environment, Settings


def model(dbt, session):
    # Only named: candidates are judged first, and their answers used here.
    dbt.ref("int_evaluator_answers")
    dbt.ref("int_tag_reasons")
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    return answer_evaluators(
        session,
        settings,
        Environment.read(),
        get_invocation_id(),
        dbt.ref("int_control_inputs").sql_query(),
    ).to_arrow_reader()
