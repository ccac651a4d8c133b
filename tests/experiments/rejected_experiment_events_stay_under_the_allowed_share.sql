-- Reads int_experiments, so it stops experiment metrics but not publication.
with

counts as (
    select
        count(*) as n_rows,
        count(rejected_reason) as n_rejected,
        (select count(*) from {{ ref("int_experiments") }}) as n_experiments
    from {{ ref("stg_experiment_event_rows") }}
)

select
    n_rows,
    n_rejected,
    n_experiments
from counts
where n_rejected > {{ var("max_rejected_experiment_events_share") }} * n_rows
