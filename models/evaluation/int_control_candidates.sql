-- Own tags, and tags of other items in proportion to their use.
with

control_items as (
    select item_id
    from {{ ref("int_control_items") }}
),

manual_tags as (
    select * from {{ ref("stg_manual_tags") }}
),

own_tags as (
    select
        manual_tags.item_id,
        manual_tags.tag
    from manual_tags
    inner join control_items
        on manual_tags.item_id = control_items.item_id
),

-- A sample of 5,000 taggings represents a large catalogue.
taggings as (
    select
        item_id,
        tag
    from manual_tags
    qualify row_number() over (order by sha256(item_id || chr(31) || tag)) <= 5000
),

-- A tag of many items has many draws, so it tends to come early.
drawn as (
    select
        control_items.item_id,
        taggings.tag,
        min(
            sha256(
                concat_ws(
                    chr(31), control_items.item_id, taggings.item_id, taggings.tag
                )
            )
        ) as draw
    from control_items
    cross join taggings
    where taggings.item_id <> control_items.item_id
    group by control_items.item_id, taggings.tag
),

foreign_tags as (
    select
        drawn.item_id,
        drawn.tag,
        drawn.draw
    from drawn
    anti join own_tags
        on
            drawn.item_id = own_tags.item_id
            and drawn.tag = own_tags.tag
),

candidates as (
    select
        item_id,
        tag,
        true as is_own,
        sha256(item_id || chr(31) || tag) as draw
    from own_tags
    union all
    select
        item_id,
        tag,
        false as is_own,
        draw
    from foreign_tags
),

-- More than needed, since near ones are left out later.
final as (
    select
        item_id,
        tag,
        is_own,
        cast(
            row_number() over (partition by item_id, is_own order by draw) as integer
        ) as draw_place
    from candidates
    qualify is_own or draw_place <= 4 * {{ var("control_tags") }}
)

select * from final
