-- Tags of an item to compare by meaning, from any list or truth.
with

listed as (
    select distinct
        item_id,
        compared_tag as tag
    from {{ ref("int_listed_tags") }}
),

true_tags as (
    select distinct
        item_id,
        tag
    from {{ ref("int_true_tags") }}
    where n_true_tags >= {{ var("min_true_tags") }}
),

final as (
    select
        coalesce(listed.item_id, true_tags.item_id) as item_id,
        coalesce(listed.tag, true_tags.tag) as tag,
        listed.tag is not null as is_listed,
        true_tags.tag is not null as is_true
    from listed
    full join true_tags
        on
            listed.item_id = true_tags.item_id
            and listed.tag = true_tags.tag
)

select * from final
