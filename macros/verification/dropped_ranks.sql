{#-
  The ranks that deduplication drops, as a list, from all similar pairs of an item. Greedy: pairs
  are ordered by the worse candidate, so it is known whether the better one was dropped itself (and
  then drops nothing).
-#}
{% macro dropped_ranks(better_rank, worse_rank) -%}
    list_reduce(
        list([{{ better_rank }}, {{ worse_rank }}] order by {{ worse_rank }}, {{ better_rank }}),
        lambda dropped, pair: case
            when list_contains(dropped, pair[1]) then dropped
            else list_append(dropped, pair[2])
        end,
        cast([] as bigint[])
    )
{%- endmacro %}
