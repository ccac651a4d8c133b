{#-
  The mean of a value over the evaluators of a group by weight; null if there is none. Summed in the
  order of their names, so that the last bits do not depend on row order.
-#}
{% macro weighted_mean(value, weight, condition="true") -%}
    list_sum(list({{ weight }} * {{ value }} order by evaluator) filter ({{ condition }}))
        / list_sum(list({{ weight }} order by evaluator) filter ({{ condition }}))
{%- endmacro %}
