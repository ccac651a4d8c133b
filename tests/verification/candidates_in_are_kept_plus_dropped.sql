-- No candidate is lost or added between ensemble, deduplication and alignment.
with

counts as (
    select
        (
            select count(*) from (
                select distinct
                    item_id,
                    tag
                from {{ ref("int_candidates_by_path") }}
            )
        ) as n_named,
        (select count(*) from {{ ref("int_candidates_ensembled") }}) as n_ensembled,
        (
            select count(*) from {{ ref("int_candidates_deduplicated") }}
        ) as n_kept_and_dropped,
        (
            select count(*) from {{ ref("int_candidates_deduplicated") }}
            where is_kept
        ) as n_kept,
        (select count(*) from {{ ref("int_candidates_aligned") }}) as n_aligned
)

select
    n_named,
    n_ensembled,
    n_kept_and_dropped,
    n_kept,
    n_aligned
from counts
where
    n_named != n_ensembled
    or n_ensembled != n_kept_and_dropped
    or n_kept != n_aligned
