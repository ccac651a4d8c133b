{#- Stops the build before any model if a var is unknown or out of range; names value and range. -#}
{% macro check_settings() %}
    {% if execute %}
        {% set given = tojson(invocation_args_dict.get("vars") or {}) %}
        {% set problems = run_query(
            "select setting_problems(" ~ dbt.string_literal(given) ~ ")"
        ).rows[0][0] %}
        {% if problems %}
            {% do exceptions.raise_compiler_error(
                "settings (dbt_project.yml or --vars):\n  " ~ problems.replace("\n", "\n  ")
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
