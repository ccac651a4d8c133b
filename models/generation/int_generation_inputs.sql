-- What a call is rendered from; a view, since only questions without an answer need it.
{{ config(materialized="view") }}
with

questions as (
    select * from {{ ref("int_generation_questions") }}
),

items as (
    select * from {{ ref("stg_item_texts") }}
),

posters as (
    select * from {{ ref("stg_posters") }}
),

paths as (
    select * from {{ ref("stg_tag_categories") }}
),

final as (
    select
        questions.question_key,
        questions.path,
        case when paths.level = 'broad' then 0 else 1 end as path_number,
        questions.item_id,
        questions.role,
        questions.sample_index,
        items.item_text,
        case when questions.input_form = 'description' then posters.description end
            as poster_description,
        case when questions.input_form = 'image' then posters.poster_path end
            as poster_path
    from questions
    inner join items on questions.item_id = items.item_id
    inner join paths on questions.path = paths.path
    left join posters on questions.item_id = posters.item_id
)

select * from final
