"""Properties of the verification models, run in DuckDB without dbt."""
