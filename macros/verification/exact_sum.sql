{#-
  A sum that does not depend on the order in which threads add: it adds integer units of 1e-12,
  which need no rounding.
-#}
{% macro exact_sum(value) -%}
    (sum(cast(round({{ value }} * 1e12) as bigint)) / 1e12)
{%- endmacro %}
