{#- An aggregate: whether a column writes days before months (25/12/1995), by all of its values
    together; null if they do not tell, or disagree. -#}
{% macro is_day_first(text) %}
    {%- set first, second = numbers_before_year(text) -%}
    case
        when bool_or({{ first }} > 12) and not coalesce(bool_or({{ second }} > 12), false) then true
        when bool_or({{ second }} > 12) and not coalesce(bool_or({{ first }} > 12), false) then false
    end
{% endmacro %}
