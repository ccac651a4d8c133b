{#- What is left of ensemble_score without the ensemble: the weighted score of the best source
    alone, in [0, 1], rounded to 9 places. -#}
{% macro best_score(score, weight) -%}
    round(max({{ weight }} * {{ score }}), 9)
{%- endmacro %}
