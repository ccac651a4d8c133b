-- What each selected tag goes back to. Candidates that were mapped to one base tag
-- count together.
with

selected as (
    select * from {{ ref("int_tags_selected") }}
    where is_selected
),

aligned as (
    select
        item_id,
        tag as candidate,
        coalesce(base_tag, tag) as tag,
        nearest_base_tag,
        similarity,
        match_kind
    from {{ ref("int_candidates_aligned") }}
),

candidates_by_path as (
    select
        item_id,
        tag as candidate,
        path,
        score,
        weight,
        position,
        question_key
    from {{ ref("int_candidates_by_path") }}
),

judged as (
    select * from {{ ref("int_tag_verdicts") }}
),

paths as (
    select
        selected.item_id,
        selected.tag,
        list(
            struct_pack(
                path := candidates_by_path.path,
                candidate := candidates_by_path.candidate,
                score := candidates_by_path.score,
                weight := candidates_by_path.weight,
                position := candidates_by_path.position,
                question_key := candidates_by_path.question_key
            )
            order by
                candidates_by_path.weight * candidates_by_path.score desc,
                candidates_by_path.path,
                candidates_by_path.candidate asc
        ) as paths
    from selected
    inner join aligned
        on
            selected.item_id = aligned.item_id
            and selected.tag = aligned.tag
    inner join candidates_by_path
        on
            aligned.item_id = candidates_by_path.item_id
            and aligned.candidate = candidates_by_path.candidate
    group by selected.item_id, selected.tag
),

nearest as (
    select
        item_id,
        tag,
        nearest_base_tag,
        similarity,
        match_kind
    from aligned
    qualify row_number() over (
            partition by item_id, tag
            order by similarity desc, candidate asc
        ) = 1
),

final as (
    select
        paths.item_id,
        paths.tag,
        nearest.nearest_base_tag,
        nearest.similarity,
        nearest.match_kind,
        paths.paths,
        judged.verdicts
    from paths
    inner join nearest
        on
            paths.item_id = nearest.item_id
            and paths.tag = nearest.tag
    left join judged
        on
            paths.item_id = judged.item_id
            and paths.tag = judged.tag
)

select * from final
