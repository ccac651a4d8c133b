{#- An aggregate: the separator of the lists in a column of texts, by all of its values together.
    Signs that are never in a name come first, if a tenth of the values that may be lists have
    them; then the comma, then the slash, if a twentieth of all values have it. Null if none has. -#}
{% macro list_separator(text) %}
    {%- set sure = ["'|'", "';'", "'｜'", "'；'", "'、'", "'•'", "chr(10)", "chr(9)"] -%}
    {%- set plain = text ~ " is not null and not regexp_matches(" ~ text ~ ", '^[\\[{(]')" -%}
    case
        {%- for sign in sure %}
            when count_if({{ plain }} and contains({{ text }}, {{ sign }}))
                > 0.1 * count_if({{ plain }} and regexp_matches({{ text }}, '[|;｜；、•\n\t,，]'))
                then {{ sign }}
        {%- endfor %}
        {%- for sign in ["','", "'，'", "'/'"] %}
            when count_if({{ plain }} and contains({{ text }}, {{ sign }}))
                >= greatest(0.05 * count_if({{ plain }}), 1)
                then {{ sign }}
        {%- endfor %}
    end
{% endmacro %}
