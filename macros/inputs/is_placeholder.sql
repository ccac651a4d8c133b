{#- Whether a text only says that there is no value, as listed in the var placeholders. Words may be
    the id or, if spelled like one, the title of a film: "unknown", "None". -#}
{% macro is_placeholder(text, kind) %}
    {%- set words = {"id": "\\p{L}+", "title": "\\p{Lu}\\p{Ll}+"} -%}
    (
        list_contains(
            {{ text_values(var("placeholders") | map("lower") | list) }}, rtrim(lower({{ text }}), '.')
        )
        {%- if kind in words %} and not regexp_full_match({{ text }}, '{{ words[kind] }}'){% endif %}
    )
{% endmacro %}
