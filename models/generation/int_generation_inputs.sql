-- What a call is rendered from; a view, since only questions without an answer need it.
{{ config(materialized="view") }}
with

questions as (
    select * from {{ ref("int_generation_questions") }}
),

items as (
    select * from {{ ref("stg_item_texts") }}
),

inputs as (
    select * from {{ ref("int_item_inputs") }}
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
        questions.input_form,
        inputs.input_content
    from questions
    inner join items on questions.item_id = items.item_id
    inner join paths on questions.path = paths.path
    inner join inputs
        on
            questions.item_id = inputs.item_id
            and questions.role = inputs.modality
            and questions.input_form = inputs.input_form
)

select * from final
