-- Reasons explain tags and change none, so a missing one leaves no hole.
with

generation_answers as (
    select * from {{ ref("int_generation_answers") }}
),

evaluator_answers as (
    select * from {{ ref("int_evaluator_answers") }}
    where purpose <> 'control'
),

student_tags as (
    select * from {{ ref("int_student_tags") }}
    where rejected_reason is null
),

answers as (
    select
        item_id,
        status,
        answered_at
    from generation_answers
    union all
    select
        item_id,
        status,
        answered_at
    from evaluator_answers
    union all
    select
        item_id,
        'answered' as status,
        trained_at as answered_at
    from student_tags
),

final as (
    select
        item_id,
        max(answered_at) filter (where status = 'answered') as generated_at,
        cast(count_if(status <> 'answered') as bigint) as n_unanswered
    from answers
    group by item_id
)

select * from final
