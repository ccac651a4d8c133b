{#-
  Whether two sets of `total` trigrams together can reach dedup_threshold when at least `differing`
  trigrams stand in one of them only: common trigrams = (total - differing) / 2 at most.
-#}
{% macro may_reach_dice(differing, total) -%}
    {%- set millionths = (var("dedup_threshold") | float * 1000000) | round | int -%}
    1000000 * {{ differing }} <= {{ 1000000 - millionths }} * {{ total }}
{%- endmacro %}
