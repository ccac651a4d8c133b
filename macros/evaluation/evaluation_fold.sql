{#-
  The fold of an item, 0 to 4, for cross-fitting: predictions for an item are learnt from the
  items of the other four folds. It depends only on the id, so an item never changes its fold.
-#}
{% macro evaluation_fold(item_id) -%}
    cast(cast('0x' || left(sha256({{ item_id }}), 8) as ubigint) % 5 as integer)
{%- endmacro %}
