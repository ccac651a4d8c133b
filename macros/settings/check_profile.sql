{#- Stops the build if the profile lacks the ledger or the plugin; shows the lines to add. -#}
{% macro check_profile() %}
    {% if execute %}
        {% set has = run_query(
            "select exists (from duckdb_databases() where database_name = 'ledger'),"
            ~ " exists (from duckdb_functions() where function_name = 'setting_problems')"
        ).rows[0] %}
        {% if not (has[0] and has[1]) %}
            {% set lacks = [] %}
            {% if not has[0] %}{% do lacks.append("the attached database `ledger`") %}{% endif %}
            {% if not has[1] %}{% do lacks.append("Tagsmith's plugin") %}{% endif %}
            {% do exceptions.raise_compiler_error(
                "the output '" ~ target.name ~ "' of profile '" ~ target.profile_name ~ "' lacks "
                ~ lacks | join(" and ") ~ "; add to it in profiles.yml (docs/package.md):\n"
                ~ "      attach:\n"
                ~ "        - {path: data/ledger.duckdb, alias: ledger}\n"
                ~ "      plugins:\n"
                ~ "        - module: python_udfs.dbt_plugin"
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
