-- Truths to measure lists against: all manual tags of an item, those in the schema (an
-- alias as its base tag), and those of one tagger.
with

manual_tags as (
    select * from {{ ref("stg_manual_tags") }}
),

names as (
    select * from {{ ref("int_schema_names") }}
),

truths as (
    select
        'all' as truth,
        item_id,
        tag
    from manual_tags
    union
    select
        'schema' as truth,
        manual_tags.item_id,
        names.base_tag as tag
    from manual_tags
    inner join names
        on manual_tags.tag = names.name
    union
    select
        'tagger:' || unnest(taggers) as truth,
        item_id,
        tag
    from manual_tags
),

final as (
    select
        truth,
        item_id,
        tag,
        cast(row_number() over (
            partition by truth, item_id
            order by tag
        ) as integer) as position,
        cast(count(*) over (partition by truth, item_id) as integer) as n_true_tags
    from truths
)

select * from final
