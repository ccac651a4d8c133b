{#- The first day of the first year in a text (1995-1998, circa 1995, 25/12/1995); null without one. -#}
{% macro year_value(text) %}
    try_cast(
        regexp_extract({{ text }}, '(?:^|\D)((?:18|19|20)\d\d)(?:\D|$)', 1) || '-01-01' as date
    )
{% endmacro %}
