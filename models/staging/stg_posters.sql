with

poster_files as (
    select * from {{ ref("stg_poster_files") }}
    where rejected_reason is null
),

final as (
    select
        item_id,
        poster_uri,
        poster_path,
        image_hash,
        cast(width as integer) as width,
        cast(height as integer) as height,
        description
    from poster_files
)

select * from final
