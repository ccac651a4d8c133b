{#- A text as an SQL literal. -#}
{% macro sql_text(text) %}
    {{ return(dbt.string_literal(dbt.escape_single_quotes(text))) }}
{% endmacro %}
