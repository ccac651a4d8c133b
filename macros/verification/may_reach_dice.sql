{#-
  Whether two sets of `total` trigrams together can reach dedup_threshold if at least `differing`
  trigrams are in only one of them: common trigrams <= (total - differing) / 2.
-#}
{% macro may_reach_dice(differing, total) -%}
    {%- set millionths = (var("dedup_threshold") | float * 1000000) | round | int -%}
    1000000 * {{ differing }} <= {{ 1000000 - millionths }} * {{ total }}
{%- endmacro %}
