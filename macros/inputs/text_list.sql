{#- The trimmed, non-empty texts of a list: of JSON (`json`, of the same text) its names, else the
    parts between the separator. Null if the text begins like a list and is none; a null element
    is an object without a name. -#}
{% macro text_list(text, json, separator="cast(null as varchar)", key=none) %}
    list_filter(
        list_transform(
            case
                when {{ text }} is null then []
                when {{ json }} is not null then {{ json_names(json, key) }}
                when regexp_matches({{ text }}, '^[\[{]') then null
                when {{ separator }} is null then [{{ text }}]
                else string_split({{ text }}, {{ separator }})
            end,
            lambda x: trim(x)
        ),
        lambda x: x is null or not {{ is_blank("x") }}
    )
{% endmacro %}
