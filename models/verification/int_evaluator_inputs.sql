-- What a verdict is rendered from; a view, since only questions without an answer need
-- it.
{{ config(materialized="view") }}
with

questions as (
    select * from {{ ref("int_evaluator_questions") }}
),

items as (
    select * from {{ ref("stg_item_texts") }}
),

evidence as (
    select * from {{ ref("int_search_evidence") }}
),

final as (
    select
        questions.question_key,
        questions.purpose,
        questions.item_id,
        questions.evaluator,
        questions.model,
        questions.tag,
        items.item_text,
        evidence.passages,
        questions.place
    from questions
    inner join items on questions.item_id = items.item_id
    left join evidence on questions.search_key = evidence.search_key
)

select * from final
