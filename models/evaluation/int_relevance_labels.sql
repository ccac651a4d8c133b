-- One verdict per judged pair, by majority of annotators. A tie is not relevant.
with

labels as (
    select
        item_id,
        normalise_tag(tag) as tag,
        annotator,
        is_relevant
    from {{ ref("relevance_labels") }}
),

items as (
    select item_id
    from {{ ref("stg_items") }}
),

final as (
    select
        labels.item_id,
        labels.tag,
        cast(count(*) as integer) as n_annotators,
        avg(labels.is_relevant) > 0.5 as is_relevant
    from labels
    inner join items
        on labels.item_id = items.item_id
    group by labels.item_id, labels.tag
)

select * from final
