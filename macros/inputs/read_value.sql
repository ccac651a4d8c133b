{#- The value of a column by its kind, from its text and what mapped_input made of it; null if
    there is none or if it cannot be read. -#}
{% macro read_value(text, column, kind, key=none) %}
    {%- set json = column ~ "_json" -%}
    {%- if kind == "list" -%}
        {{ without_placeholders(column ~ "_names") }}
    {%- elif kind == "date" -%}
        {{ date_value(text, column ~ "_iso", column ~ "_english") }}
    {%- elif kind == "time" -%}
        {{ time_value(text, column ~ "_iso", column ~ "_english") }}
    {%- elif kind == "number" -%}
        try_cast({{ text }} as double)
    {%- elif kind == "json" -%}
        if({{ text }} is null, null, coalesce(try_cast({{ text }} as json), {{ json }}))
    {%- elif kind in ["text", "prose", "title"] -%}
        case
            when {{ text }} is null or {{ json }} is null then {{ text }}
            when json_type({{ json }}) = 'OBJECT' then {{ json_name(json, key) }}
            else nullif(array_to_string({{ json_names(json, key) }}, ' '), '')
        end
    {%- else -%}
        {{ text }}
    {%- endif -%}
{% endmacro %}
