{#-
  The one order of tags within an item. A small model gives the same few scores again and again,
  so the place in its answer decides before the alphabet does.
-#}
{% macro tag_order(score="score", position="position", tag="tag") -%}
    {{ score }} desc, {{ position }} asc, {{ tag }} asc
{%- endmacro %}
