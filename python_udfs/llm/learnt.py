"""What the ledger knows of endpoints: the dialect of each model, and the form of its verdicts."""

from __future__ import annotations

import duckdb

from python_udfs.llm.dialect import Dialect
from python_udfs.llm.endpoints import Endpoint
from python_udfs.llm.recorder import Recorder

__all__ = ["dialect_of", "learnt_forms"]


def learnt_forms(reader: duckdb.DuckDBPyConnection, base_url: str, model: str) -> dict[str, str]:
    """Return the forms by feature that were learnt of a model at an address, sorted."""
    rows = reader.execute(
        "select feature, form from ledger.main.llm_dialects "
        "where base_url = ? and model = ? order by feature",
        [base_url or "embedded", model],
    )
    return dict(rows.fetchall())


def dialect_of(
    endpoint: Endpoint, reader: duckdb.DuckDBPyConnection, recorder: Recorder
) -> Dialect:
    """Return the dialect of an endpoint's model; what it learns more goes to the ledger."""
    forms = learnt_forms(reader, endpoint.base_url, endpoint.model)
    if not any(feature.startswith("verdict:") for feature in forms):
        forms |= _forms_of_verdicts(reader, endpoint.model)

    def keep(feature: str, form: str, said: str) -> None:
        recorder.learnt(endpoint.base_url or "embedded", endpoint.model, feature, form, said)

    return Dialect(forms, keep)


def _forms_of_verdicts(reader: duckdb.DuckDBPyConnection, model: str) -> dict[str, str]:
    """The forms of verdicts that a ledger of an older version holds, of each role the commoner."""
    rows = reader.execute(
        """
        select 'verdict:' || answers.role, mode(answers.answer::json ->> '$.form')
        from ledger.main.llm_answers as answers
        inner join ledger.main.llm_calls as calls using (call_id)
        where calls.model = ? and answers.status = 'answered' and answers.answer like '{"score":%'
        group by answers.role
        having mode(answers.answer::json ->> '$.form') in ('logprobs', 'json')
        """,
        [model],
    )
    return dict(rows.fetchall())
