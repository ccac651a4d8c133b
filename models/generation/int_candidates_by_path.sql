-- A path that names a tag twice counts once: keep the highest score, then the first
-- position.
with

generated_tags as (
    select * from {{ ref("int_generated_tags") }}
    where rejected_reason is null
),

student_tags as (
    select * from {{ ref("int_student_tags") }}
    where rejected_reason is null
),

named as (
    select
        item_id,
        path,
        tag,
        path_score,
        weight,
        position,
        question_key,
        modality,
        category,
        level
    from generated_tags
    union all
    select
        item_id,
        path,
        tag,
        path_score,
        weight,
        position,
        cast(null as varchar) as question_key,
        modality,
        category,
        level
    from student_tags
),

final as (
    select
        item_id,
        path,
        tag,
        path_score,
        weight,
        position,
        question_key,
        modality,
        category,
        level
    from named
    qualify row_number() over (
            partition by item_id, path, tag
            order by path_score desc, position asc, question_key asc
        ) = 1
)

select * from final
