{#- A list of texts, empty if every text is a placeholder; entities in it are characters. -#}
{% macro without_placeholders(texts) %}
    list_filter(
        case
            when regexp_matches(array_to_string({{ texts }}, ''), '&#?\w+;') then plain_texts({{ texts }})
            else {{ texts }}
        end,
        lambda x: not coalesce({{ is_placeholder("x", "list") }}, false)
    )
{% endmacro %}
