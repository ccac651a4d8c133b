with

category_rows as (
    select * from {{ ref("stg_tag_category_rows") }}
    where rejected_reason is null
),

final as (
    select
        path,
        modality,
        category,
        level,
        instruction,
        max_tags,
        path_weight,
        search_words
    from category_rows
)

select * from final
