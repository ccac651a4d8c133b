with

generation_answers as (
    select * from {{ ref("int_generation_answers") }}
    where status = 'answered'
),

evaluator_answers as (
    select * from {{ ref("int_evaluator_answers") }}
    where status = 'answered' and purpose <> 'control'
),

student_tags as (
    select * from {{ ref("int_student_tags") }}
    where rejected_reason is null
),

answers as (
    select
        item_id,
        answered_at
    from generation_answers
    union all
    select
        item_id,
        answered_at
    from evaluator_answers
    union all
    select
        item_id,
        trained_at as answered_at
    from student_tags
),

final as (
    select
        item_id,
        max(answered_at) as generated_at
    from answers
    group by item_id
)

select * from final
