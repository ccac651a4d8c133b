{#- Rows for which an expression is not true; null counts as not true. -#}
{% test holds(model, expression) %}
select *
from {{ model }}
where ({{ expression }}) is distinct from true
{% endtest %}
