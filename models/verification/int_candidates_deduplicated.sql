-- Deduplication (paper 2.2): in rank order, drop a candidate that is similar to a kept
-- one.
with

candidates as (
    select * from {{ ref("int_candidates_ensembled") }}
),

pairs as (
    select * from {{ ref("int_similar_candidates") }}
),

-- (SQLFluff cannot parse a lambda with two parameters.)
folded as (
    select
        item_id,
        {{ dropped_ranks("better_rank", "worse_rank") }} as dropped_ranks  -- noqa: PRS
    from pairs
    group by item_id
),

survivors as (
    select
        pairs.item_id,
        pairs.worse_rank,
        arg_min(pairs.better_tag, pairs.better_rank) as survivor_tag,
        arg_min(pairs.similarity, pairs.better_rank) as survivor_similarity
    from pairs
    inner join folded
        on pairs.item_id = folded.item_id
    where not list_contains(folded.dropped_ranks, pairs.better_rank)
    group by pairs.item_id, pairs.worse_rank
),

final as (
    select
        candidates.item_id,
        candidates.tag,
        candidates.ensemble_score,
        candidates.n_paths,
        candidates.position,
        survivors.survivor_tag,
        survivors.survivor_similarity,
        survivors.survivor_tag is null as is_kept
    from candidates
    left join survivors
        on
            candidates.item_id = survivors.item_id
            and candidates.candidate_rank = survivors.worse_rank
)

select * from final
