-- A path that names a tag twice counts once: keep the highest score, then the first
-- position. The student is a path of its own, without a question.
with

generated_tags as (
    select * from {{ ref("int_generated_tags") }}
    where rejected_reason is null
),

items_to_tag as (
    select * from {{ ref("stg_items_to_tag") }}
),

student_tags as (
    select * from {{ ref("int_student_tags") }}
    {%- if var("modalities") %}
    where list_contains({{ text_values(var("modalities")) }}, 'student')
    {%- endif %}
),

generated as (
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
    qualify row_number() over (
            partition by item_id, path, tag
            order by path_score desc, position asc, question_key asc
        ) = 1
),

learnt as (
    select
        student_tags.item_id,
        'student:all' as path,
        student_tags.tag,
        student_tags.score as path_score,
        cast({{ var("weight_student") }} as double) as weight,
        student_tags.position,
        cast(null as varchar) as question_key,
        'student' as modality,
        'all' as category,
        'broad' as level
    from student_tags
    inner join items_to_tag on student_tags.item_id = items_to_tag.item_id
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
    from generated
    union all
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
    from learnt
)

select * from final
