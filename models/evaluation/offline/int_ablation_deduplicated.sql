-- Which pairs of an item are similar does not depend on the system, so none is compared
-- again; which of two comes first does.
with

candidates as (
    select
        system,
        item_id,
        tag,
        score,
        position,
        candidate_rank
    from {{ ref("int_ablation_candidates") }}
),

similar_candidates as (
    select
        item_id,
        better_tag as tag,
        worse_tag as other_tag
    from {{ ref("int_similar_candidates") }}
),

pairs as (
    select
        candidates.system,
        candidates.item_id,
        least(candidates.candidate_rank, other_candidates.candidate_rank)
            as better_rank,
        greatest(candidates.candidate_rank, other_candidates.candidate_rank)
            as worse_rank
    from similar_candidates
    inner join candidates
        on
            similar_candidates.item_id = candidates.item_id
            and similar_candidates.tag = candidates.tag
    inner join candidates as other_candidates
        on
            candidates.system = other_candidates.system
            and similar_candidates.item_id = other_candidates.item_id
            and similar_candidates.other_tag = other_candidates.tag
),

-- (SQLFluff cannot parse a lambda of two parameters.)
folded as (
    select
        system,
        item_id,
        {{ dropped_ranks("better_rank", "worse_rank") }} as dropped_ranks  -- noqa: PRS
    from pairs
    group by system, item_id
),

final as (
    select
        candidates.system,
        candidates.item_id,
        candidates.tag,
        candidates.score,
        candidates.position
    from candidates
    left join folded
        on
            candidates.system = folded.system
            and candidates.item_id = folded.item_id
    where
        not coalesce(
            list_contains(folded.dropped_ranks, candidates.candidate_rank), false
        )
    union all
    select
        'no_deduplication' as system,
        item_id,
        tag,
        score,
        position
    from candidates
    where system = 'tagsmith'
)

select * from final
