{#- Returns what is wrong with one setting's value, or '' if nothing is. -#}
{% macro setting_problem(name, kind, rule, value) %}
    {% if kind == "choice" and value not in rule %}
        {{ return("var " ~ name ~ " is " ~ value ~ "; allowed: " ~ rule | join(", ")) }}
    {% elif kind == "choices" and (
        value is string or value is not sequence or not value
        or value | unique | list | length < value | length
        or value | reject("in", rule) | list
    ) %}
        {{ return(
            "var " ~ name ~ " is " ~ value ~ "; allowed: a list of one or more of "
            ~ rule | join(", ") ~ ", none twice"
        ) }}
    {% elif kind == "integers" and (
        value is string or value is not sequence or not value
        or value | unique | list | length < value | length
        or value | select("boolean") | list or value | reject("integer") | list
        or value | select("lt", rule[0]) | list or value | select("gt", rule[1]) | list
    ) %}
        {{ return(
            "var " ~ name ~ " is " ~ value ~ "; allowed: a list of one or more integers in ["
            ~ rule[0] ~ ", " ~ rule[1] ~ "], none twice"
        ) }}
    {% elif kind == "flag" and value not in [true, false] %}
        {{ return("var " ~ name ~ " is " ~ value ~ "; allowed: true, false") }}
    {% elif kind == "text" and value is not string %}
        {{ return("var " ~ name ~ " is " ~ value ~ "; allowed: text (put it in quotes)") }}
    {% elif kind in ["number", "integer"] %}
        {% set least, greatest, least_is_open, greatest_is_open = rule %}
        {% set range = ("(" if least_is_open else "[") ~ least ~ ", "
            ~ ("no limit" if greatest is none else greatest)
            ~ (")" if greatest_is_open or greatest is none else "]") %}
        {% set said = "var " ~ name ~ " is " ~ value ~ "; allowed: " ~ kind ~ " in " ~ range %}
        {% if value is not number or value is boolean
            or (kind == "integer" and value is not integer) %}
            {{ return(said) }}
        {% endif %}
        {% if value < least or (least_is_open and value == least)
            or (greatest is not none and value > greatest)
            or (greatest_is_open and value == greatest) %}
            {{ return(said) }}
        {% endif %}
    {% endif %}
    {{ return("") }}
{% endmacro %}
