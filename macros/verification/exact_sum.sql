{#-
  A sum that is the same in whatever order threads add: of whole units of 1e-12, since integers
  add without rounding.
-#}
{% macro exact_sum(value) -%}
    (sum(cast(round({{ value }} * 1e12) as bigint)) / 1e12)
{%- endmacro %}
