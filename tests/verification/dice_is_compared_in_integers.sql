-- Worked examples of the macros: two sets with two million trigrams in total are
-- similar with dedup_threshold x 1,000,000 common trigrams, not with one less.
{%- set millionths = (var("dedup_threshold") | float * 1000000) | round | int %}
with

sets as (
    select
        cast({{ millionths }} as bigint) as n_common,
        cast(2000000 as bigint) as n_total
),

examples as (
    select
        {{ reaches_dice("n_common", "n_total") }} as on_threshold,
        {{ reaches_dice("(n_common - 1)", "n_total") }} as below_threshold,
        {{ may_reach_dice("(n_total - 2 * n_common)", "n_total") }} as can_reach,
        {{ may_reach_dice("(n_total - 2 * n_common + 1)", "n_total") }} as cannot_reach,
        {{ trigrams("'go'") }} as trigrams_of_go
    from sets
)

select
    on_threshold,
    below_threshold,
    can_reach,
    cannot_reach,
    trigrams_of_go
from examples
where
    not on_threshold
    or below_threshold
    or not can_reach
    or cannot_reach
    or list_sort(trigrams_of_go) != ['  g', ' go', 'go ']
