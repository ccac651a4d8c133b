{#-
  Rows for which an expression is not true; null counts as not true. Under a column it says the
  same, in a place where it is read sooner.
-#}
{% test holds(model, expression, column_name=none) %}
select *
from {{ model }}
where ({{ expression }}) is distinct from true
{% endtest %}
