{#- `dbt clone` copies tables: dbt's views, its default, fail for Python models. -#}
{% macro duckdb__can_clone_table() %}
    {{ return(True) }}
{% endmacro %}
