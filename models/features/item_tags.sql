with

selected as (
    select * from {{ ref("int_tags_selected") }}
    where is_selected
),

tags as (
    select * from {{ ref("int_tags_concatenated") }}
),

provenance as (
    select * from {{ ref("int_item_tag_provenance") }}
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
        provenance.nearest_base_tag,
        provenance.similarity,
        provenance.match_kind,
        reasons.reason,
        struct_pack(
            paths := provenance.paths,
            verdicts := provenance.verdicts,
            search_key := evidence.search_key,
            passage_ids := evidence.passage_ids
        ) as provenance
    from selected
    inner join tags
        on
            selected.item_id = tags.item_id
            and selected.tag = tags.tag
    left join provenance
        on
            selected.item_id = provenance.item_id
            and selected.tag = provenance.tag
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
