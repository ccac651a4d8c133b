-- The true tags of its item that match a listed tag.
with

listed as (
    select * from {{ ref("int_listed_tags") }}
),

similar_tags as (
    select * from {{ ref("int_similar_tags") }}
),

true_tags as (
    select * from {{ ref("int_true_tags") }}
),

final as (
    select
        listed.truth,
        listed.item_id,
        listed.tag,
        true_tags.tag as true_tag,
        true_tags.position as true_position,
        listed.compared_tag = true_tags.tag as is_exact,
        similar_tags.similarity
    from listed
    inner join similar_tags
        on
            listed.item_id = similar_tags.item_id
            and listed.compared_tag = similar_tags.listed_tag
    inner join true_tags
        on
            listed.truth = true_tags.truth
            and listed.item_id = true_tags.item_id
            and similar_tags.true_tag = true_tags.tag
)

select * from final
