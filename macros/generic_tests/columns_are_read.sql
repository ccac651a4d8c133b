{#-
  Columns of an input with more lost values than the var max_rejected_share allows, or with no
  other: the values are there, but in a form that is not read.
-#}
{% test columns_are_read(model, input_name) %}
select
    column_name,
    n_lost,
    n_read,
    reason,
    example
from {{ column_counts(input_name, model) }}
where n_lost > {{ var("max_rejected_share") }} * (n_lost + n_read)
{% endtest %}
