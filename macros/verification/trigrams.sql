{#- The distinct character trigrams of two spaces, the text and one space, as a list. -#}
{% macro trigrams(text) -%}
    list_distinct(list_transform(
        range(1, length({{ text }}) + 2),
        lambda place: substring('  ' || {{ text }} || ' ', place, 3)
    ))
{%- endmacro %}
