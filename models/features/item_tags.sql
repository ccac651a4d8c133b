-- The final output (paper 2.2): the selected tags, each with all that it goes back to.
-- Candidates that were mapped to one base tag count together.
with

selected as (
    select * from {{ ref("int_tags_selected") }}
    where is_selected
),

tags as (
    select * from {{ ref("int_tags_concatenated") }}
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
    select * from {{ ref("int_candidates_by_path") }}
),

verdicts as (
    select * from {{ ref("int_tag_verdicts") }}
),

calls as (
    select
        call_id,
        model
    from {{ source("ledger", "llm_calls") }}
),

answers as (
    select
        question_key,
        call_id
    from {{ source("ledger", "llm_answers") }}
),

evidence as (
    select
        item_id,
        tag,
        search_key,
        json_extract_string(passages, '$[*].passage_id') as passage_ids
    from {{ ref("int_search_evidence") }}
),

reasons as (
    select * from {{ ref("int_tag_reasons") }}
    where status = 'answered'
),

paths as (
    select
        selected.item_id,
        selected.tag,
        list(
            struct_pack(
                path := candidates_by_path.path,
                candidate := aligned.candidate,
                score := candidates_by_path.path_score,
                weight := candidates_by_path.weight,
                position := candidates_by_path.position,
                question_key := candidates_by_path.question_key
            )
            order by
                candidates_by_path.weight * candidates_by_path.path_score desc,
                candidates_by_path.path,
                aligned.candidate asc
        ) as paths
    from selected
    inner join aligned
        on
            selected.item_id = aligned.item_id
            and selected.tag = aligned.tag
    inner join candidates_by_path
        on
            aligned.item_id = candidates_by_path.item_id
            and aligned.candidate = candidates_by_path.tag
    group by selected.item_id, selected.tag
),

asked as (
    select
        item_id,
        tag,
        unnest(list_transform(paths, lambda p: p['question_key'])) as question_key
    from paths
    union all
    select
        item_id,
        tag,
        unnest(list_transform(verdicts, lambda v: v['question_key'])) as question_key
    from verdicts
),

answered_by as (
    select
        asked.item_id,
        asked.tag,
        list(distinct calls.model order by calls.model) as models
    from asked
    inner join answers
        on asked.question_key = answers.question_key
    inner join calls
        on answers.call_id = calls.call_id
    group by asked.item_id, asked.tag
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
        selected.item_id,
        cast(selected.rank as integer) as rank,
        selected.tag,
        tags.category,
        tags.score,
        tags.status,
        tags.base_tag,
        tags.ensemble_score,
        tags.evaluation_score,
        tags.agreement,
        tags.specificity,
        nearest.nearest_base_tag,
        nearest.similarity,
        nearest.match_kind,
        reasons.reason,
        struct_pack(
            paths := paths.paths,
            verdicts := verdicts.verdicts,
            search_key := evidence.search_key,
            passage_ids := evidence.passage_ids
        ) as provenance,
        coalesce(answered_by.models, []) as models
    from selected
    inner join tags
        on
            selected.item_id = tags.item_id
            and selected.tag = tags.tag
    left join paths
        on
            selected.item_id = paths.item_id
            and selected.tag = paths.tag
    left join answered_by
        on
            selected.item_id = answered_by.item_id
            and selected.tag = answered_by.tag
    left join nearest
        on
            selected.item_id = nearest.item_id
            and selected.tag = nearest.tag
    left join verdicts
        on
            selected.item_id = verdicts.item_id
            and selected.tag = verdicts.tag
    left join evidence
        on
            tags.status = 'novel'
            and selected.item_id = evidence.item_id
            and selected.tag = evidence.tag
    left join reasons
        on
            tags.status = 'novel'
            and selected.item_id = reasons.item_id
            and selected.tag = reasons.tag
)

select * from final
