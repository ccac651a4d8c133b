"""Feast over the published history: definitions from dbt's contract, online features, checks.

Runs in a separate environment (.venv-feast), since Feast caps pandas below 3. So nothing here
imports dbt or python_udfs. Commands: `python -m feature_store apply | materialize | check`.
"""
