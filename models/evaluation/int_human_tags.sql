-- A tagger's own list. Manual tags have no order, so the tagger's more frequent tags
-- come first: others are likelier to give them too. If anything, this flatters the
-- figures of people.
with

manual_tags as (
    select
        item_id,
        tag,
        unnest(taggers) as tagger
    from {{ ref("stg_manual_tags") }}
),

counted as (
    select
        item_id,
        tag,
        tagger,
        count(*) over (partition by tagger, tag) as n_items_with_tag
    from manual_tags
),

totals as (
    select
        tagger,
        count(distinct item_id) as n_items
    from manual_tags
    group by tagger
),

final as (
    select
        'human:' || counted.tagger as system,
        counted.item_id,
        cast(row_number() over (
            partition by counted.tagger, counted.item_id
            order by counted.n_items_with_tag desc, counted.tag asc
        ) as integer) as rank,
        counted.tag,
        counted.n_items_with_tag / totals.n_items as score
    from counted
    inner join totals
        on counted.tagger = totals.tagger
)

select * from final
