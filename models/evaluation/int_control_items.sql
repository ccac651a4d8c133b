-- Items with known answers: tagged by people and by a model.
with

answers as (
    select distinct item_id
    from {{ ref("int_generation_answers") }}
    where status = 'answered'
),

manual_tags as (
    select * from {{ ref("stg_manual_tags") }}
),

eligible as (
    select
        manual_tags.item_id,
        count(*) as n_manual_tags
    from manual_tags
    inner join answers
        on manual_tags.item_id = answers.item_id
    group by manual_tags.item_id
    having count(*) >= {{ var("control_tags") }}
),

-- By hash, so that a new item displaces few others and few questions are new.
ranked as (
    select
        item_id,
        n_manual_tags,
        row_number() over (order by sha256(item_id)) as place
    from eligible
),

final as (
    select
        item_id,
        n_manual_tags
    from ranked
    where place <= {{ var("control_items") }}
)

select * from final
