-- Deduplicate (paper 2.2): in order, drop a candidate that is similar to a kept one.
with

candidates as (
    select
        item_id,
        tag,
        score,
        n_paths,
        position,
        candidate_rank
    from {{ ref("int_candidates_ensembled") }}
),

pairs as (
    select
        item_id,
        better_rank,
        worse_rank,
        better_tag,
        similarity
    from {{ ref("int_similar_candidates") }}
),

-- Greedy: pairs come in the order of the worse candidate, so whether the better one was
-- dropped itself (and then drops nothing) is known before its pairs are looked at.
-- (SQLFluff cannot parse a lambda of two parameters.)
folded as (
    select
        item_id,
        list_reduce(  -- noqa: PRS
            list([better_rank, worse_rank] order by worse_rank, better_rank),
            lambda dropped, pair: case
                when list_contains(dropped, pair[1]) then dropped
                else list_append(dropped, pair[2])
            end,
            cast([] as bigint[])
        ) as dropped_ranks
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
        candidates.score,
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
