{#-
  The one order of tags within an item. Small models repeat the same few scores, so the position
  in the answer breaks ties before the alphabet does.
-#}
{% macro tag_order(score="score", position="position", tag="tag") -%}
    {{ score }} desc, {{ position }} asc, {{ tag }} asc
{%- endmacro %}
