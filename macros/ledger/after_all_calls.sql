{# dbt takes a ref as a dependency in a comment of the SQL too. #}
{% macro after_all_calls() -%}
    {%- for name in [
        "int_generation_answers",
        "int_evaluator_answers",
        "int_tag_reasons",
    ] %}
-- depends_on: {{ ref(name) }}
    {%- endfor %}
{% endmacro %}
