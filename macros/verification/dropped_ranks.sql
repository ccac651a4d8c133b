{#-
  The ranks that deduplication drops, as a list, out of all similar pairs of an item. Greedy: pairs
  come in the order of the worse candidate, so whether the better one was dropped itself (and then
  drops nothing) is known before its pairs are looked at.
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
