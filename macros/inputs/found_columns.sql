{#- The names of the columns that a user's input has. -#}
{% macro found_columns(name) %}
    {{ return(run_query("describe from " ~ input_relation(name)).columns[0].values() | list) }}
{% endmacro %}
