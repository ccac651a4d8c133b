-- Percent of the items with more tags than places where the alphabet chose the last.
{{ config(
    fail_calc="coalesce(max(percent_decided_by_name), 0)",
    warn_if="> 10",
    error_if="> 25",
) }}
with

cuts as (
    select is_decided_by_name
    from {{ ref("int_top_k_cuts") }}
)

select 100 * count_if(is_decided_by_name) / count(*) as percent_decided_by_name
from cuts
having count(*) > 0
