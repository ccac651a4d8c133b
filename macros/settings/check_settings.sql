{#- Stops the build before any model if a var is unknown or out of range, naming value and range, or
    if the folder of published features cannot be written. -#}
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
        {% set problem = run_query(
            "select publish_problem("
            ~ dbt.string_literal(dbt.escape_single_quotes(setting_value("publish_dir"))) ~ ")"
        ).rows[0][0] %}
        {% if problem %}{% do exceptions.raise_compiler_error(problem) %}{% endif %}
    {% endif %}
{% endmacro %}
