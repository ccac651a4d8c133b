-- How far each candidate got: one join per verification step.
with

named as (
    select * from {{ ref("int_tag_mentions") }}
),

aligned as (
    select * from {{ ref("int_candidates_aligned") }}
),

judged as (
    select * from {{ ref("int_tag_verdicts") }}
),

concatenated as (
    select * from {{ ref("int_tags_concatenated") }}
),

selected as (
    select * from {{ ref("int_tags_selected") }}
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
        aligned.novel_rank,
        aligned.is_evaluated,
        judged.verdicts,
        concatenated.tag as concatenated_tag,
        concatenated.score,
        selected.rank,
        selected.is_selected,
        selected.reason as selection_reason,
        selected.survivor_tag as synonym_tag,
        selected.survivor_similarity as synonym_similarity
    from named
    left join aligned
        on named.item_id = aligned.item_id and named.tag = aligned.tag
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
