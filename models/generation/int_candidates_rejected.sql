with

generated_tags as (
    select * from {{ ref("int_generated_tags") }}
    where rejected_reason is not null
),

student_tags as (
    select * from {{ ref("int_student_tags") }}
    where rejected_reason is not null
),

final as (
    select
        question_key,
        position,
        item_id,
        path,
        left(name, 300) as name,
        left(score_text, 40) as score_text,
        rejected_reason
    from generated_tags
    union all
    select
        cast(null as varchar) as question_key,
        position,
        item_id,
        path,
        tag as name,
        cast(path_score as varchar) as score_text,
        rejected_reason
    from student_tags
)

select * from final
