{#- A text without HTML: tags removed, entities as characters. A text without `<` and `&` is
    the same afterwards, and costs no call of the function. -#}
{% macro without_markup(text) %}
    case
        when regexp_matches({{ text }}, '[<&]') then nullif(plain_text({{ text }}), '')
        else {{ text }}
    end
{% endmacro %}
