with

base_tag_rows as (
    select * from {{ ref("stg_base_tag_rows") }}
    where rejected_reason is null
),

final as (
    select
        tag,
        coalesce(category, 'general') as category,
        definition,
        aliases,
        parent
    from base_tag_rows
)

select * from final
