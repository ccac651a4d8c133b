{#- Aggregates over the columns of an input: how all values of a column are written, where one alone
    does not tell (`<column>_separator`, `<column>_is_day_first`). A value of the var
    `<input>_read` takes the place of what would be inferred; logs have too many rows for it. -#}
{% macro input_forms(name) %}
    {%- set input = declared_inputs()[name] -%}
    {%- set read = {} if is_unit_test() else var(name ~ "_read") -%}
    {%- set separators = read.get("separators", {}) -%}
    {%- for column, kind in input["columns"].items() %}
        {%- if kind == "list" %}
            {% if column in separators -%}
                nullif({{ sql_text(separators[column]) }}, '')
            {%- else -%}
                {{ list_separator(adapter.quote(column)) }}
            {%- endif %} as {{ column }}_separator,
        {%- elif kind in ["date", "time"] %}
            {% if "day_first" in read -%}
                {{ read["day_first"] }}
            {%- elif input["is_log"] -%}
                cast(null as boolean)
            {%- else -%}
                {{ is_day_first(adapter.quote(column)) }}
            {%- endif %} as {{ column }}_is_day_first,
        {%- endif %}
    {%- endfor %}
    count(*) as n_rows
{% endmacro %}
