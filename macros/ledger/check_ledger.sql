{#- Asks before a build starts with an empty ledger beside published features. -#}
{% macro check_ledger() %}
    {% if execute and not flags.EMPTY and not var("new_ledger") %}
        {% set published = setting_value("publish_dir") %}
        {% set n_versions = run_query(
            "select count(*) from glob("
            ~ dbt.string_literal(dbt.escape_single_quotes(published ~ "/[0-9]*/manifest.json"))
            ~ ") where not exists (from ledger.main.llm_answers)"
            ~ " and not exists (from ledger.main.publications)"
        ).rows[0][0] %}
        {% if n_versions %}
            {% set path = run_query(
                "select path from duckdb_databases() where database_name = 'ledger'"
            ).rows[0][0] %}
            {% do exceptions.raise_compiler_error(
                "the ledger " ~ path ~ " is empty, but " ~ published
                ~ " has published features, whose answers another ledger holds; name it with"
                ~ " TAGSMITH_LEDGER or restore its copy. To start anew and ask (and pay) all"
                ~ " questions again, add --vars 'new_ledger: true'"
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
