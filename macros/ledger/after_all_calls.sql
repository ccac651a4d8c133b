{# dbt counts a ref in an SQL comment as a dependency too. #}
{% macro after_all_calls() -%}
    {%- for name in [
        "int_generation_answers",
        "int_evaluator_answers",
        "int_tag_reasons",
    ] %}
-- depends_on: {{ ref(name) }}
    {%- endfor %}
{% endmacro %}
