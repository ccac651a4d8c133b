{#- The texts of a JSON list: of an object its name, of an object without one null. An object in
    place of the list has its own name, or the texts under its keys ({"/m/07": "Drama"}). -#}
{% macro json_names(json, key=none) %}
    list_transform(
        case
            when json_type({{ json }}) = 'ARRAY' then from_json({{ json }}, '["JSON"]')
            when {{ json_name(json, key) }} is not null then [{{ json }}]
            else json_extract({{ json }}, '$.*')
        end,
        lambda x: case
            when x is null then ''
            when json_type(x) = 'OBJECT' then {{ json_name("x", key) }}
            when json_type(x) <> 'ARRAY' then x ->> '$'
        end
    )
{% endmacro %}
