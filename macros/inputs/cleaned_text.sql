{#- A text of a column without what is no content: a placeholder is null; prose, titles and lists
    lose markup, words, ids and the rest do not. -#}
{% macro cleaned_text(text, kind) %}
    {%- if kind in ["word", "raw"] -%}
        {{ text }}
    {%- else -%}
        case
            when {{ is_placeholder(text, kind) }} then null
            {%- if kind in ["prose", "title"] %}
                else {{ without_markup(text) }}
            {%- elif kind == "list" %}
                when not regexp_matches({{ text }}, '^[\[{(]') then {{ without_markup(text) }}
                else {{ text }}
            {%- elif kind == "id" %}
                else {{ id_text(text) }}
            {%- else %}
                else {{ text }}
            {%- endif %}
        end
    {%- endif -%}
{% endmacro %}
