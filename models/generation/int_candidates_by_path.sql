-- An answer that names a tag twice counts once: the highest score, then the first
-- position. Several samples of a path count as that many paths (samples_weight).
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
    qualify row_number() over (
            partition by item_id, path, tag, question_key
            order by path_score desc, position asc
        ) = 1
),

sampled as (
    select
        item_id,
        path,
        tag,
        {{ samples_score("path_score", "weight") }} as path_score,
        {{ samples_weight("weight") }} as weight,
        min(position) as position,
        arg_min(question_key, (-path_score, position, question_key)) as question_key,
        modality,
        category,
        level
    from named
    group by item_id, path, tag, modality, category, level
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
    from sampled
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
    qualify row_number() over (
            partition by item_id, path, tag
            order by path_score desc, position asc
        ) = 1
)

select * from final
