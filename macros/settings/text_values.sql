{#- A setting that is a list of texts, as an SQL list. -#}
{% macro text_values(values) -%}
    [
        {%- for value in values -%}
            {{ dbt.string_literal(dbt.escape_single_quotes(value)) }}{{ ", " if not loop.last }}
        {%- endfor -%}
    ]
{%- endmacro %}
