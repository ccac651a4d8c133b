{#- A select with one row per column of an input whose form was inferred or named: the separator of
    lists, the order of day and month. -#}
{% macro column_forms(name) %}
    {%- set formed = [] -%}
    {%- for column, kind in declared_inputs()[name]["columns"].items() -%}
        {%- if kind == "list" -%}
            {%- do formed.append((column, "'lists separated by ' || replace(replace(" ~ column
                ~ "_separator, chr(10), 'line breaks'), chr(9), 'tabs')")) -%}
        {%- elif kind in ["date", "time"] -%}
            {%- do formed.append((column, "case " ~ column
                ~ "_is_day_first when true then 'day before month' when false then 'month before day' end")) -%}
        {%- endif -%}
    {%- endfor -%}
    select
        '{{ name }}' as input_name,
        unnest([
            {%- for column, form in formed %}
                {'column_name': '{{ column }}', 'form': {{ form }}}{{ "," if not loop.last }}
            {%- endfor %}
        ], recursive := true)
    from (select {{ input_forms(name) }} from {{ input_texts(name) }})
{% endmacro %}
