{% macro remedy_line(gate, claim, remedy) -%}
    {{- return(
        "gate " ~ gate ~ " failed. " ~ claim.split() | join(" ")
        ~ " What to do: " ~ remedy.split() | join(" ")
    ) -}}
{%- endmacro %}
