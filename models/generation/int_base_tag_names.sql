-- Names of a base tag: itself and its aliases.
with

base_tags as (
    select * from {{ ref("stg_base_tags") }}
),

named as (
    select
        tag as name,
        tag as base_tag
    from base_tags
    union
    select
        unnest(aliases) as name,
        tag as base_tag
    from base_tags
),

final as (
    select
        name,
        base_tag,
        name = base_tag as is_base_tag
    from named
    where name is not null
)

select * from final
