-- Schema alignment of every system that keeps other candidates, or maps them otherwise.
with

candidates as (
    select
        system,
        item_id,
        tag,
        score,
        position
    from {{ ref("int_ablation_deduplicated") }}
),

matches as (
    select
        tag,
        base_tag,
        similarity,
        match_kind
    from {{ ref("int_ablation_tag_matches") }}
),

matched as (
    select
        candidates.system,
        candidates.item_id,
        candidates.tag,
        candidates.score,
        candidates.position,
        matches.base_tag,
        matches.similarity,
        matches.match_kind,
        coalesce(matches.similarity > {{ var("alpha") }}, false) as is_mapped
    from candidates
    left join matches
        on candidates.tag = matches.tag
),

decided as (
    select
        system,
        item_id,
        tag,
        score,
        position,
        base_tag,
        similarity,
        is_mapped
    from matched
    union all
    select
        'no_semantic_filter' as system,
        item_id,
        tag,
        score,
        position,
        base_tag,
        similarity,
        is_mapped and match_kind != 'semantic' as is_mapped
    from matched
    where system = 'tagsmith'
),

final as (
    select
        system,
        item_id,
        tag,
        score,
        position,
        case when is_mapped then base_tag end as base_tag,
        case when is_mapped then similarity end as similarity
    from decided
)

select * from final
