-- What a calibration of the ensemble score learns from: whether people gave the tag.
with

mapped as (
    select * from {{ ref("int_mapped_tags") }}
),

novel as (
    select * from {{ ref("int_novel_reranked") }}
),

manual_tags as (
    select * from {{ ref("stg_manual_tags") }}
),

names as (
    select * from {{ ref("int_base_tag_names") }}
),

tags as (
    select
        item_id,
        base_tag as tag,
        ensemble_score
    from mapped
    union all
    select
        item_id,
        tag,
        ensemble_score
    from novel
),

-- A person's alias is its base tag, as a candidate's is.
true_tags as (
    select
        item_id,
        tag
    from manual_tags
    union
    select
        manual_tags.item_id,
        names.base_tag as tag
    from manual_tags
    inner join names
        on manual_tags.tag = names.name
),

labelled_items as (
    select distinct item_id
    from manual_tags
),

final as (
    select
        tags.item_id,
        tags.tag,
        tags.ensemble_score,
        {{ evaluation_fold("tags.item_id") }} as fold,
        labelled_items.item_id is not null as is_labelled,
        true_tags.tag is not null as is_manual
    from tags
    left join labelled_items
        on tags.item_id = labelled_items.item_id
    left join true_tags
        on
            tags.item_id = true_tags.item_id
            and tags.tag = true_tags.tag
)

select * from final
