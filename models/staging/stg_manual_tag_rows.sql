with

items as (
    select * from {{ ref("stg_items") }}
),

input_rows as (
    select distinct
        item_id,
        tag as raw_tag,
        tagger
    from {{ mapped_input("manual_tags") }}
),

spelled as (
    select
        item_id,
        raw_tag,
        nullif(normalise_tag(raw_tag), '') as tag,
        tagger
    from input_rows
),

final as (
    select
        spelled.item_id,
        spelled.raw_tag,
        spelled.tag,
        spelled.tagger,
        case
            when spelled.tag is null then 'tag is empty or has no letter or digit'
            when items.item_id is null then 'item_id is not in the catalogue'
        end as rejected_reason
    from spelled
    left join items on spelled.item_id = items.item_id
)

select * from final
