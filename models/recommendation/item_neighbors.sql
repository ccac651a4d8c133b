with

neighboring as (
    select * from {{ ref("int_ranked_items") }}
    where kind = 'item'
),

final as (
    select
        model,
        subject_id as item_id,
        rank,
        item_id as neighbor_id,
        score
    from neighboring
)

select * from final
