with

items as (
    select item_id
    from {{ ref("stg_items") }}
),

tagged as (
    select
        item_id,
        list(tag order by rank) as tags
    from {{ ref("item_tags") }}
    group by item_id
),

features as (
    select
        item_id,
        tags,
        json_extract_string(tags_json, '$[*].tag') as json_tags
    from {{ ref("item_features") }}
)

select
    items.item_id,
    features.tags,
    tagged.tags as item_tags
from items
full join features
    on items.item_id = features.item_id
left join tagged
    on items.item_id = tagged.item_id
where
    items.item_id is null
    or features.tags is distinct from coalesce(tagged.tags, [])
    or features.json_tags is distinct from features.tags
