{#- The first and the second number of 25/12/1995, as a pair of expressions; null in other texts. -#}
{% macro numbers_before_year(text) %}
    {{ return((
        "try_cast(regexp_extract(" ~ text ~ ", '^(\\d{1,2})[./-]\\d{1,2}[./-]\\d{4}', 1) as integer)",
        "try_cast(regexp_extract(" ~ text ~ ", '^\\d{1,2}[./-](\\d{1,2})[./-]\\d{4}', 1) as integer)",
    )) }}
{% endmacro %}
