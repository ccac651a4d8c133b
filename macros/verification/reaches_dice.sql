{#-
  Whether a Dice similarity of `common` trigrams over two sets of `total` trigrams together reaches
  dedup_threshold. In integers, since many pairs are exactly on the threshold.
-#}
{% macro reaches_dice(common, total) -%}
    {%- set millionths = (var("dedup_threshold") | float * 1000000) | round | int -%}
    2000000 * {{ common }} >= {{ millionths }} * {{ total }}
{%- endmacro %}
