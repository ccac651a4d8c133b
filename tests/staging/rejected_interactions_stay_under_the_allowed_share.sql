-- Reads stg_interactions, so it stops recommendations but not publication.
with

counts as (
    select
        count(*) as n_rows,
        count(rejected_reason) as n_rejected,
        (select count(*) from {{ ref("stg_interactions") }}) as n_used
    from {{ ref("stg_interaction_rows") }}
)

select
    n_rows,
    n_rejected,
    n_used
from counts
where n_rejected > {{ var("max_rejected_interactions_share") }} * n_rows
