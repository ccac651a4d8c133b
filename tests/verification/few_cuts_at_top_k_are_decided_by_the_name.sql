-- Percentage of items with more than top_k tags where the alphabet chose the last one.
-- Not checked for fewer than 20 such items.
{{ config(
    fail_calc="coalesce(max(percent_decided_by_name), 0)",
    warn_if="> 20",
    error_if="> 50",
) }}
with

cuts as (
    select is_decided_by_name
    from {{ ref("int_top_k_cuts") }}
)

select
    cast(
        round(100 * count_if(is_decided_by_name) / count(*)) as integer
    ) as percent_decided_by_name
from cuts
having count(*) >= 20
