with

current_items as (
    select item_id
    from {{ ref("int_item_features_current") }}
),

features as (
    select * from {{ ref("item_features") }}
),

tag_changes as (
    select * from {{ ref("item_tag_changes") }}
),

counted as (
    select
        item_id,
        count_if(change_kind = 'in') as n_tags_in,
        count_if(change_kind = 'out') as n_tags_out,
        count_if(change_kind = 'moved') as n_tags_moved
    from tag_changes
    group by item_id
),

compared as (
    select
        coalesce(current_items.item_id, features.item_id) as item_id,
        features.title,
        current_items.item_id is not null as is_served,
        features.item_id is null as is_removed
    from current_items
    full join features
        on current_items.item_id = features.item_id
),

final as (
    select
        compared.item_id,
        compared.title,
        compared.is_served,
        compared.is_removed,
        coalesce(counted.n_tags_in, 0) as n_tags_in,
        coalesce(counted.n_tags_out, 0) as n_tags_out,
        coalesce(counted.n_tags_moved, 0) as n_tags_moved,
        compared.is_served
        and (
            compared.is_removed
            or coalesce(counted.n_tags_in + counted.n_tags_out, 0) > 0
        ) as is_changed
    from compared
    left join counted
        on compared.item_id = counted.item_id
)

select * from final
