{#- What a call counts as spent: its cost or, while that is unknown, its reservation. -#}
{% macro spent_usd() -%}
    coalesce(cost_usd, reserved_usd)
{%- endmacro %}
