-- The distinct tags that systems list for measured items. Against the schema an alias
-- counts as its base tag, as in the truth.
with

item_tags as (
    select distinct
        item_id,
        tag
    from {{ ref("int_system_tags") }}
),

truths as (
    select distinct
        truth,
        item_id
    from {{ ref("int_measured_lists") }}
),

names as (
    select * from {{ ref("int_schema_names") }}
),

final as (
    select
        truths.truth,
        item_tags.item_id,
        item_tags.tag,
        case
            when truths.truth = 'schema' then coalesce(names.base_tag, item_tags.tag)
            else item_tags.tag
        end as compared_tag
    from item_tags
    inner join truths
        on item_tags.item_id = truths.item_id
    left join names
        on item_tags.tag = names.name
)

select * from final
