with

neighboring as (
    select * from {{ ref("int_neighboring_items") }}
),

final as (
    select
        model,
        item_id,
        rank,
        neighbor_id,
        score
    from neighboring
)

select * from final
