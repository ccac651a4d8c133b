"""Feast over the published history: definitions from dbt's contract, online features, checks.

Runs in an environment of its own (.venv-feast), since Feast caps pandas below 3; so nothing here
imports dbt or python_udfs. Commands: `python -m feature_store apply | materialize | check`.
"""
