{#- The columns of an input for a select list, those that the mapping names under our names. A column
    of ours gives way to the one that is mapped to it. -#}
{% macro renamed_columns(name) %}
    {%- set mapping = {} if is_unit_test() else var(name ~ "_columns") -%}
    {%- if not mapping or not execute %}{{ return("*") }}{% endif -%}
    {%- set taken = mapping.values() | map("lower") | list -%}
    {%- set selected = [] -%}
    {%- for column in found_columns(name) -%}
        {%- if column in mapping -%}
            {%- do selected.append(adapter.quote(column) ~ " as " ~ adapter.quote(mapping[column])) -%}
        {%- elif column | lower not in taken -%}
            {%- do selected.append(adapter.quote(column)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(selected | join(", ")) }}
{% endmacro %}
