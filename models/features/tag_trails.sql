-- How far each candidate came: one join for each step of verification.
with

candidates as (
    select
        item_id,
        tag,
        score,
        n_paths,
        position,
        is_kept,
        survivor_tag,
        survivor_similarity
    from {{ ref("int_candidates_deduplicated") }}
),

rejected_names as (
    select
        item_id,
        coalesce(normalise_tag(name), '') as tag,
        rejected_reason
    from {{ ref("int_candidates_rejected") }}
),

aligned as (
    select
        item_id,
        tag,
        status,
        base_tag,
        similarity,
        nearest_base_tag,
        match_kind
    from {{ ref("int_candidates_aligned") }}
),

novel as (
    select
        item_id,
        tag,
        novel_rank,
        is_evaluated
    from {{ ref("int_novel_candidates") }}
),

verdicts as (
    select
        item_id,
        tag,
        evaluator,
        score,
        is_accepted
    from {{ ref("int_evaluator_verdicts") }}
),

concatenated as (
    select
        item_id,
        tag,
        score
    from {{ ref("int_tags_concatenated") }}
),

selected as (
    select
        item_id,
        tag,
        rank,
        is_selected,
        reason
    from {{ ref("int_tags_selected") }}
),

rejected as (
    select
        item_id,
        tag,
        list(distinct rejected_reason order by rejected_reason) as rejected_reasons
    from rejected_names
    group by item_id, tag
),

judged as (
    select
        item_id,
        tag,
        max(score) filter (where evaluator = 'lenient') as lenient_score,
        max(score) filter (where evaluator = 'strict') as strict_score,
        bool_or(is_accepted) filter (where evaluator = 'lenient') as is_lenient_yes,
        bool_or(is_accepted) filter (where evaluator = 'strict') as is_strict_yes
    from verdicts
    group by item_id, tag
),

named as (
    select
        coalesce(candidates.item_id, rejected.item_id) as item_id,
        coalesce(candidates.tag, rejected.tag) as tag,
        candidates.tag is not null as is_candidate,
        rejected.rejected_reasons,
        candidates.n_paths,
        candidates.score as ensemble_score,
        candidates.position,
        candidates.is_kept,
        candidates.survivor_tag,
        candidates.survivor_similarity
    from candidates
    full join rejected
        on
            candidates.item_id = rejected.item_id
            and candidates.tag = rejected.tag
),

final as (
    select
        named.item_id,
        named.tag,
        named.is_candidate,
        named.rejected_reasons,
        named.n_paths,
        named.ensemble_score,
        named.position,
        named.is_kept,
        named.survivor_tag,
        named.survivor_similarity,
        aligned.status,
        aligned.base_tag,
        aligned.nearest_base_tag,
        aligned.similarity,
        aligned.match_kind,
        novel.novel_rank,
        novel.is_evaluated,
        judged.lenient_score,
        judged.is_lenient_yes,
        judged.strict_score,
        judged.is_strict_yes,
        concatenated.tag as concatenated_tag,
        concatenated.score,
        selected.rank,
        selected.is_selected,
        selected.reason as selection_reason
    from named
    left join aligned
        on named.item_id = aligned.item_id and named.tag = aligned.tag
    left join novel
        on named.item_id = novel.item_id and named.tag = novel.tag
    left join judged
        on named.item_id = judged.item_id and named.tag = judged.tag
    left join concatenated
        on
            aligned.item_id = concatenated.item_id
            and coalesce(aligned.base_tag, aligned.tag) = concatenated.tag
    left join selected
        on
            concatenated.item_id = selected.item_id
            and concatenated.tag = selected.tag
)

select * from final
