{#-
  Rows for which an expression is not true; null counts as not true. It means the same
  under a column, where readers find it sooner.
-#}
{% test holds(model, expression, column_name=none) %}
select *
from {{ model }}
where ({{ expression }}) is distinct from true
{% endtest %}
