{#- The score in an evaluator's answer, 0 to 1; null if the answer has no such number. -#}
{% macro verdict_score(answer) -%}
    case
        when try_cast(json_extract_string({{ answer }}, '$.score') as double) between 0 and 1
            then try_cast(json_extract_string({{ answer }}, '$.score') as double)
    end
{%- endmacro %}
