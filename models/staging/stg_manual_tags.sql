with

tag_rows as (
    select * from {{ ref("stg_manual_tag_rows") }}
    where rejected_reason is null
),

final as (
    select
        item_id,
        tag,
        list_sort(list(distinct tagger) filter (where tagger is not null)) as taggers
    from tag_rows
    group by item_id, tag
)

select * from final
