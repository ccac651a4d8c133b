with

candidates as (
    select * from {{ ref("int_candidates_deduplicated") }}
),

rejected_names as (
    select
        item_id,
        coalesce(normalise_tag(name), '') as tag,
        rejected_reason
    from {{ ref("int_candidates_rejected") }}
),

rejected as (
    select
        item_id,
        tag,
        list(distinct rejected_reason order by rejected_reason) as rejected_reasons
    from rejected_names
    group by item_id, tag
),

final as (
    select
        coalesce(candidates.item_id, rejected.item_id) as item_id,
        coalesce(candidates.tag, rejected.tag) as tag,
        candidates.tag is not null as is_candidate,
        rejected.rejected_reasons,
        candidates.n_paths,
        candidates.ensemble_score,
        candidates.position,
        candidates.is_kept,
        candidates.survivor_tag,
        candidates.survivor_similarity
    from candidates
    full join rejected
        on
            candidates.item_id = rejected.item_id
            and candidates.tag = rejected.tag
)

select * from final
