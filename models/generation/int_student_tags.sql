-- The student's tags as a path of their own, with the reason for each rejected one.
with

answers as (
    select * from {{ ref("int_student_answers") }}
    {%- if var("modalities") %}
    where list_contains({{ text_values(var("modalities")) }}, 'student')
    {%- endif %}
),

items_to_tag as (
    select * from {{ ref("stg_items_to_tag") }}
),

item_names as (
    select * from {{ ref("int_item_names") }}
),

final as (
    select
        answers.item_id,
        'student:all' as path,
        'student' as modality,
        'all' as category,
        'broad' as level,
        cast({{ var("weight_student") }} as double) as weight,
        answers.tag,
        answers.score as path_score,
        answers.position,
        answers.version,
        answers.trained_at,
        case
            when length(answers.tag) > {{ var("max_tag_length") }} then 'too long'
            when list_contains(item_names.titles, answers.tag) then 'the title itself'
            when list_contains(item_names.people, answers.tag)
                then 'a name of its people'
        end as rejected_reason
    from answers
    inner join items_to_tag on answers.item_id = items_to_tag.item_id
    inner join item_names on answers.item_id = item_names.item_id
)

select * from final
