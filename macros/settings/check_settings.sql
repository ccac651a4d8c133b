{#- Stops the build before any model if a setting is out of range; names value and range. -#}
{% macro check_settings() %}
    {% if execute %}
        {% set problems = [] %}
        {% for name, kind, rule in setting_specs() %}
            {% set problem = setting_problem(name, kind, rule, var(name)) %}
            {% if problem %}{% do problems.append(problem) %}{% endif %}
        {% endfor %}
        {% set parts = ["ensemble", "evaluation", "agreement", "specificity"] %}
        {% set weights = [] %}
        {% for part in parts %}{% do weights.append(var("weight_" ~ part)) %}{% endfor %}
        {% if not problems and (weights | sum - 1) | abs > 1e-9 %}
            {% do problems.append(
                "vars weight_" ~ parts | join(", weight_") ~ " sum to "
                ~ weights | sum | round(6) ~ "; allowed: a sum of 1"
            ) %}
        {% endif %}
        {% if problems %}
            {% do exceptions.raise_compiler_error(
                "settings out of range (dbt_project.yml or --vars):\n  " ~ problems | join("\n  ")
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
